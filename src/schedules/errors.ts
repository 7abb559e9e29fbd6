import { defineErrors } from '../lib/errors.ts';

export const scheduleErrors = defineErrors({
  schedule_limit_reached: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has as many schedules as an account can have. Remove one first.',
  },
  schedule_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The schedule was saved by somebody else since it was read. Read it again and repeat the change.',
  },
});
