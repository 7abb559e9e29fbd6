import { defineErrors } from '../errors.ts';

export const egressErrors = defineErrors({
  egress_invalid_url: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'The form of an outgoing request is not accepted: only http and https, no user name in the address, no headers of the transport.',
  },
  egress_unreachable: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'The address is private and not in MUSTER_TOOL_ALLOW_HOSTS, or nothing answers there. Which of them is not told, so that nobody can map a network with it; only an address that is to be kept (of a tool, a webhook) is refused with the reason.',
  },
  egress_failed: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The other side broke off, redirected too often or to where it may not, or sent no proper HTTP.',
  },
  egress_timeout: {
    status: 504,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The other side did not answer in full within the time limit.',
  },
  egress_too_large: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The reply is larger than the limit, as sent or as decompressed.',
  },
});
