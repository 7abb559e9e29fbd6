import type { MusterError } from '../lib/errors.ts';
import { ModelCallError, modelErrors } from './errors.ts';
import type { ModelFailure, PartialReply } from './types.ts';

/** What an upstream said when it refused or broke, already taken apart. */
export interface UpstreamProblem {
  /** Provider as the caller knows it; goes into the message. */
  readonly provider: string;
  readonly status: number;
  /** The provider's own code or type, e.g. `context_length_exceeded`. */
  readonly code?: string | undefined;
  /** The provider's sentence; shown only for 4xx, cleaned and shortened. */
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Never to be repeated, even when the provider does. */
  readonly secrets?: readonly string[];
}

const CONTEXT_CODES = new Set([
  'context_length_exceeded',
  'string_above_max_length',
  'model_context_window_exceeded',
  'exceed_context_size_error',
]);
const FILTER_CODES = new Set([
  'content_filter',
  'content_policy_violation',
  'ResponsibleAIPolicyViolation',
  'cyber_policy',
  'invalid_prompt',
  'moderation_blocked',
]);
/** A 429 that waiting does not cure: the operator's own account at the provider is out of money. */
const QUOTA_CODES = new Set(['insufficient_quota', 'billing_hard_limit_reached']);

const MAX_REASON_CHARS = 200;

/** The one table from an upstream's status and code to our failure. */
export function failureOfStatus(status: number, code?: string): ModelFailure {
  // 402 is about the operator's account at the provider, not about the caller's balance with us.
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (code !== undefined && CONTEXT_CODES.has(code)) return 'context_length';
  if (code !== undefined && FILTER_CODES.has(code)) return 'content_filter';
  if (status === 408 || status === 409 || status >= 500) return 'unavailable';
  if (status >= 400) return 'bad_request';
  return 'garbage';
}

/**
 * The same table for an error frame that carries no HTTP status: a number as its code is a status, a word is matched
 * against the codes that providers document. Anything else is a fault of the provider.
 */
export function statusOfCode(code: string | undefined): number {
  const number = Number(code);
  if (Number.isInteger(number) && number >= 400 && number <= 599) return number;
  if (code === undefined) return 500;
  return CONTEXT_CODES.has(code) || FILTER_CODES.has(code) ? 400 : (STATUS_OF_CODE[code] ?? 500);
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_api_key: 401,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  overloaded_error: 503,
};

/** What the caller is told: never the upstream's body, never a key. */
function errorOfProblem(problem: UpstreamProblem): { failure: ModelFailure; error: MusterError } {
  const { provider, status } = problem;
  const failure = failureOfStatus(status, problem.code);
  const reason = cleanReason(problem.reason, problem.secrets ?? []);
  const said = reason === '' ? '' : `: ${reason}`;
  switch (failure) {
    case 'auth':
      return {
        failure,
        error: modelErrors.upstream_auth(
          `The provider '${provider}' refused the server's own credentials (${status}). The operator must renew them.`,
        ),
      };
    case 'rate_limited':
      return {
        failure,
        error: modelErrors.upstream_rate_limited(
          `The provider '${provider}' limits the rate. Retry later.`,
          problem.retryAfterMs === undefined ? {} : { retryAfterMs: problem.retryAfterMs },
        ),
      };
    case 'context_length':
      return {
        failure,
        error: modelErrors.context_length_exceeded(
          `The conversation is longer than the context window of the model${said}`,
          { field: 'messages', reason: 'longer than the context window' },
        ),
      };
    case 'content_filter':
      return {
        failure,
        error: modelErrors.upstream_content_filter(
          `The content filter of '${provider}' refused the request${said}`,
        ),
      };
    case 'bad_request':
      return {
        failure,
        error: modelErrors.upstream_bad_request(
          `The provider '${provider}' did not accept the request (${status})${said}`,
        ),
      };
    case 'garbage':
      return {
        failure,
        error: modelErrors.upstream_garbage(
          `The provider '${provider}' answered with status ${status}, which is not an answer.`,
        ),
      };
    default:
      return { failure, error: unavailable(provider, `it failed (${status})`, problem.retryAfterMs) };
  }
}

/** A refusal as the error that ChatModel.call rejects with. `shown` says whether parts of an answer already left us. */
export function refuse(problem: UpstreamProblem, partial: PartialReply, shown: boolean): ModelCallError {
  const { failure, error } = errorOfProblem(problem);
  const transient = failure === 'unavailable' || failure === 'rate_limited';
  const hopeless = problem.code !== undefined && QUOTA_CODES.has(problem.code);
  return new ModelCallError(failure, partial, error, transient && !hopeless && !shown);
}

export function unavailable(provider: string, what: string, retryAfterMs?: number): MusterError {
  return modelErrors.upstream_unavailable(
    `The provider '${provider}' is not available: ${what}.`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

export function timeoutError(provider: string, what: string): MusterError {
  return modelErrors.upstream_timeout(`The provider '${provider}' ${what} within the time limit.`);
}

export function cutError(provider: string): MusterError {
  return modelErrors.upstream_cut(`The provider '${provider}' broke off its answer before its end.`);
}

export function garbageError(provider: string, what: string): MusterError {
  return modelErrors.upstream_garbage(`The provider '${provider}' sent ${what}.`);
}

/**
 * A provider's sentence made fit for a stranger: one line, short, and without anything that looks like a credential.
 * Providers do echo keys ("Incorrect API key provided: sk-…").
 */
export function cleanReason(reason: string | undefined, secrets: readonly string[]): string {
  if (reason === undefined) return '';
  let text = reason.slice(0, 2_000);
  for (const secret of secrets) {
    if (secret.length >= 4) text = text.replaceAll(secret, '[secret]');
  }
  text = text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [secret]')
    .replace(/\b(?:sk|pk|rk|key|token|AIza|gsk|xai|ghp|hf)[-_][\w*.-]{6,}/gi, '[secret]')
    .replace(/\bAIza[\w-]{10,}/g, '[secret]')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return text.length > MAX_REASON_CHARS ? `${text.slice(0, MAX_REASON_CHARS - 1)}…` : text;
}
