import { defineErrors } from '../lib/errors.ts';

export const webhookErrors = defineErrors({
  webhook_limit_reached: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has as many webhooks as an account can have. Remove one first.',
  },
  webhook_disabled: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'Nothing is sent to a disabled webhook. Enable it first; `disabled_reason` says why it was disabled.',
  },
  webhook_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The webhook was saved by somebody else since it was read. Read it again and repeat the change.',
  },
});
