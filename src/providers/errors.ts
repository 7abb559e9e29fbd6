import { defineErrors } from '../lib/errors.ts';

export const providerErrors = defineErrors({
  provider_name_taken: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has a provider of that name already. Change that one, or choose another name.',
  },
  provider_limit_reached: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has as many providers as an account can have. Remove one first.',
  },
  provider_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The provider was saved by somebody else since it was read. Read it again and repeat the change.',
  },
});
