import { defineErrors, type MusterError } from '../lib/errors.ts';
import type { ModelFailure, PartialReply } from './types.ts';

export const modelErrors = defineErrors({
  model_not_configured: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      "The agent's model names a provider that has no key, or no provider that exists. Set one up, or change the model.",
  },
  model_without_price: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'No price is known for the model, so its use cannot be billed. Set one with PUT /models/{id}/price; 0 is a price.',
  },
  upstream_auth: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: "The provider refused the server's own key (401 or 403). The operator must renew it.",
  },
  upstream_rate_limited: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: 'The provider limits the rate and retries did not help; retry after `Retry-After`.',
  },
  upstream_bad_request: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'The provider did not accept the request (a parameter, an image, a tool schema).',
  },
  context_length_exceeded: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      "The conversation is longer than the model's context window. Shorten it or start a new conversation.",
  },
  upstream_content_filter: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: "The provider's content filter refused the request.",
  },
  upstream_unavailable: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The provider could not be reached or failed (5xx) and retries did not help.',
  },
  upstream_timeout: {
    status: 504,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The provider did not answer, or stopped sending, within the time limit.',
  },
  upstream_cut: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The provider broke off its answer before its end.',
  },
  upstream_garbage: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'The provider sent something that is not an answer in its own protocol.',
  },
});

/** Why a model call failed, and what had come until then. `error` is what the caller is shown. */
export class ModelCallError extends Error {
  override readonly name = 'ModelCallError';
  readonly failure: ModelFailure;
  readonly partial: PartialReply;
  /** Undefined only for `aborted`, which nobody is left to be told of. */
  readonly error: MusterError | undefined;
  /** True when the same call may succeed if made again, and nothing of an answer has been shown yet. */
  readonly retryable: boolean;

  constructor(failure: ModelFailure, partial: PartialReply, error?: MusterError, retryable = false) {
    super(error?.message ?? failure, error ? { cause: error } : undefined);
    this.failure = failure;
    this.partial = partial;
    this.error = error;
    this.retryable = retryable;
  }
}
