import { defineErrors } from '../lib/errors.ts';

export const limitErrors = defineErrors({
  rate_limit_exceeded: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: "The account's requests of the last minute or hour are used up; retry after `Retry-After`.",
  },
  overloaded: {
    status: 503,
    platformCode: 'SERVICE_UNAVAILABLE',
    type: 'server_error',
    meaning:
      'The server has more to do than it can do in time, and has not begun this; retry after `Retry-After`.',
  },
  concurrent_streams_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: 'The account has as many streams open as it may; retry when one has ended.',
  },
  running_jobs_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: 'The account has as many jobs queued or running as it may; retry when one has ended.',
  },
});
