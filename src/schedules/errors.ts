import { defineErrors } from '../lib/errors.ts';

export const scheduleErrors = defineErrors({
  schedule_limit_reached: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has as many schedules as an account can have. Remove one first.',
  },
});
