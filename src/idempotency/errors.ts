import { defineErrors } from '../lib/errors.ts';

export const idempotencyErrors = defineErrors({
  idempotency_in_progress: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'A request with this Idempotency-Key is still running; retry after `Retry-After`.',
  },
  idempotency_key_reused: {
    status: 422,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The Idempotency-Key was used for another request; send a new key with a new request.',
  },
  idempotency_reply_not_kept: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The request with this Idempotency-Key was carried out, but its reply is too large to be sent again, or was lost in a crash.',
  },
});
