import { defineErrors } from '../lib/errors.ts';

export const limitErrors = defineErrors({
  rate_limit_exceeded: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: "The account's requests of the last minute or hour are used up; retry after `Retry-After`.",
  },
});
