/** How an error of the Platform API is coded (CONTRACT.md section 4, "Errors"). */
export type PlatformCode =
  | 'VALIDATION_ERROR'
  | 'UNAUTHORIZED'
  | 'INSUFFICIENT_CREDIT'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'REQUEST_TIMEOUT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'HEADERS_TOO_LARGE'
  | 'RATE_LIMIT'
  | 'INTERNAL_ERROR'
  | 'UPSTREAM_ERROR'
  | 'SERVICE_UNAVAILABLE';

/** The `type` of an error on the Agents API, in OpenAI's vocabulary. */
export type OpenAiErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'insufficient_quota'
  | 'rate_limit_error'
  | 'server_error'
  | 'upstream_error';

/** What is fixed about an error code: how each API shows it, and what a reader of docs/errors.md learns. */
export interface ErrorSpec {
  readonly status: number;
  readonly platformCode: PlatformCode;
  readonly type: OpenAiErrorType;
  /** One sentence for docs/errors.md: when it happens and the way out. */
  readonly meaning: string;
}

export interface ErrorDetails {
  /** The offending request field, dotted (`messages.0.content`). */
  readonly field?: string;
  /** Why that field was refused. */
  readonly reason?: string;
  readonly retryAfterMs?: number;
  /** The same request will never be taken: SDKs are told not to try again. */
  readonly isFinal?: boolean;
  /** What was asked for was carried out, and this is its reply: an Idempotency-Key gets it again. */
  readonly isOutcome?: boolean;
  /** Kept for the log only; never leaves the server. */
  readonly cause?: unknown;
  /** What was to be done has not been begun: nobody outside has heard of it. */
  readonly isUntouched?: boolean;
  /** Further public facts for the Platform API's `details`. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * The one error type that may cross a room's border. Its message is public: it names the field and the way out,
 * and never holds secrets, SQL or stack traces.
 */
export class MusterError extends Error {
  override readonly name = 'MusterError';
  readonly code: string;
  readonly spec: ErrorSpec;
  readonly details: ErrorDetails;

  constructor(code: string, spec: ErrorSpec, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.spec = spec;
    this.details = details;
  }

  get status(): number {
    return this.spec.status;
  }
}

export type ErrorFactory = ((message: string, details?: ErrorDetails) => MusterError) & {
  readonly code: string;
  readonly spec: ErrorSpec;
};

/**
 * Declares a room's error codes. Each becomes a factory: `throw billingErrors.insufficient_credit('…')`.
 * src/app/error-catalogue.ts collects all rooms' registries for docs/errors.md.
 */
export function defineErrors<const Codes extends Record<string, ErrorSpec>>(
  specs: Codes,
): { readonly [Code in keyof Codes]: ErrorFactory } {
  const factories: Record<string, ErrorFactory> = {};
  for (const [code, spec] of Object.entries(specs)) {
    factories[code] = Object.assign(
      (message: string, details?: ErrorDetails) => new MusterError(code, spec, message, details),
      { code, spec },
    );
  }
  // Object.entries loses the literal keys; they are exactly those of `specs`.
  return factories as { readonly [Code in keyof Codes]: ErrorFactory };
}

/** Errors that belong to no room. */
export const commonErrors = defineErrors({
  validation_error: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'A field of the request is missing or wrong; `param` (or `details.field`) names it.',
  },
  invalid_json: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'The body is not acceptable JSON: broken, nested deeper than 64, with duplicate or reserved keys.',
  },
  forbidden: {
    status: 403,
    platformCode: 'FORBIDDEN',
    type: 'permission_error',
    meaning: 'The credential is valid but its role may not do this.',
  },
  not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'No such route or object, or it belongs to another account.',
  },
  conflict: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The object changed or exists already; read it again and retry.',
  },
  request_timeout: {
    status: 408,
    platformCode: 'REQUEST_TIMEOUT',
    type: 'invalid_request_error',
    meaning: 'The request took too long to arrive; the connection is closed.',
  },
  payload_too_large: {
    status: 413,
    platformCode: 'PAYLOAD_TOO_LARGE',
    type: 'invalid_request_error',
    meaning: 'The body or file is larger than the limit that the message names.',
  },
  unsupported_media_type: {
    status: 415,
    platformCode: 'UNSUPPORTED_MEDIA_TYPE',
    type: 'invalid_request_error',
    meaning: 'The content type is not one that this route reads.',
  },
  headers_too_large: {
    status: 431,
    platformCode: 'HEADERS_TOO_LARGE',
    type: 'invalid_request_error',
    meaning: 'The headers are larger than 16 KB together; the connection is closed.',
  },
  internal_error: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning: 'A fault of the server. The log has the cause under the same request id.',
  },
  service_unavailable: {
    status: 503,
    platformCode: 'SERVICE_UNAVAILABLE',
    type: 'server_error',
    meaning:
      'The server is starting, draining, in maintenance or cannot reach its database; retry after `Retry-After`.',
  },
});

/** A field-level refusal: `invalid('messages', 'must not be empty')`. */
export function invalid(field: string, reason: string, message?: string): MusterError {
  return commonErrors.validation_error(message ?? `Invalid '${field}': ${reason}`, { field, reason });
}

/** Whether it is the server that could not, for a while: asked again later, the same may well be done. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof MusterError && error.code === commonErrors.service_unavailable.code;
}

/** An outage that is met before what was to be done has begun, marked as such; every other error as it is. */
export function beforeAnything(error: unknown): unknown {
  if (!(error instanceof MusterError) || !isUnavailable(error)) return error;
  const { code, spec, message, details } = error;
  return new MusterError(code, spec, message, { ...details, cause: error, isUntouched: true });
}

export function isOutcome(error: unknown): boolean {
  return error instanceof MusterError && error.details.isOutcome === true;
}

export function isUntouched(error: unknown): boolean {
  return error instanceof MusterError && error.details.isUntouched === true;
}
