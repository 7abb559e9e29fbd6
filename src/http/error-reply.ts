import type { FastifyReply } from 'fastify';
import { commonErrors, MusterError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { REPLY_OUTCOME } from './record-reply.ts';

/** The two bodies of the one error type. */
export type ErrorStyle = 'openai' | 'platform';

/**
 * What a caller is told of any thrown value. Unknown ones are logged under the request id and shown as internal_error:
 * no stack, SQL or provider text leaves the server.
 */
export function toMusterError(error: unknown, requestId: string, logger: Logger): MusterError {
  if (error instanceof MusterError) {
    if (error.status >= 500)
      logger.warn({ requestId, code: error.code, err: error.details.cause }, error.message);
    return error;
  }
  const known = fromFramework(error);
  if (known) return known;
  logger.error({ requestId, err: error }, 'Unexpected error');
  return commonErrors.internal_error(
    `Something failed on the server. Its log has the cause under ${requestId}.`,
  );
}

export function errorBody(error: MusterError, style: ErrorStyle, requestId: string): Record<string, unknown> {
  return style === 'openai' ? openAiBody(error) : platformBody(error, requestId);
}

/** OpenAI's SDKs wait for no longer than this; told to come back later, they would try again at once, in vain. */
const LONGEST_WAIT_MS = 60_000;

export function errorHeaders(error: MusterError): Record<string, string> {
  const headers: Record<string, string> = {};
  const { retryAfterMs, isFinal } = error.details;
  if (isFinal) headers['x-should-retry'] = 'false';
  if (retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    if (retryAfterMs > LONGEST_WAIT_MS) headers['x-should-retry'] = 'false';
  }
  if (error.status === 401) headers['www-authenticate'] = 'Bearer';
  return headers;
}

export function sendError(reply: FastifyReply, error: MusterError, style: ErrorStyle): FastifyReply {
  if (error.details.isOutcome) reply.raw.emit(REPLY_OUTCOME);
  return reply
    .code(error.status)
    .headers(errorHeaders(error))
    .send(errorBody(error, style, reply.request.id));
}

/** OpenAI's form; `code` and `param` are always strings. */
function openAiBody({ message, spec, code, details }: MusterError): Record<string, unknown> {
  return { error: { message, type: spec.type, code, param: details.field ?? '' } };
}

function platformBody(error: MusterError, requestId: string): Record<string, unknown> {
  const { message, spec, code, details } = error;
  const { field, reason, facts } = details;
  const shown = {
    ...(field !== undefined && { field }),
    ...(reason !== undefined && { reason }),
    // Where the contract's code is coarse, the finer one tells programs apart what people read in the message.
    ...(code.toUpperCase() !== spec.platformCode && { code }),
    ...facts,
  };
  return {
    error: {
      code: spec.platformCode,
      message,
      ...(Object.keys(shown).length > 0 && { details: shown }),
      request_id: requestId,
    },
  };
}

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly validation?: readonly SchemaError[];
  readonly validationContext?: string;
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Fastify's own errors, by their codes. */
function fromFramework(error: unknown): MusterError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode, validation, validationContext }: FrameworkError = error;
  const [first] = validation ?? [];
  if (first) return schemaError(first, validationContext ?? 'body');
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
    case 'FST_FILES_LIMIT':
      return commonErrors.payload_too_large('The request is larger than this route accepts.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return commonErrors.unsupported_media_type(
        'This route does not read that content type. Send JSON with `Content-Type: application/json`.',
      );
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return commonErrors.invalid_json('The body is empty; send a JSON object.', {
        field: 'body',
        reason: 'empty',
      });
    default:
      return statusCode !== undefined && statusCode < 500 ? fromStatus(statusCode) : undefined;
  }
}

function fromStatus(status: number): MusterError {
  if (status === 404) return commonErrors.not_found('There is no such route.');
  if (status === 413) return commonErrors.payload_too_large('The request is larger than this route accepts.');
  return commonErrors.validation_error('The request could not be read.');
}

/** The first refusal of a schema, in words that name the field as the caller wrote it. */
function schemaError({ instancePath, keyword, message, params }: SchemaError, context: string): MusterError {
  const at = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
  const within = (name: unknown): string => (at === '' ? String(name) : `${at}.${String(name)}`);
  const refuse = (field: string, reason: string): MusterError =>
    commonErrors.validation_error(`Invalid '${field}': ${reason}`, { field, reason });
  const { near } = params;
  switch (keyword) {
    case 'required':
      return refuse(
        within(params.missingProperty),
        near === undefined ? 'is required' : `is required; '${within(near)}' is not a field of this request`,
      );
    case 'additionalProperties': {
      const problem = 'is not a field of this request';
      return refuse(
        within(params.additionalProperty),
        near === undefined ? problem : `${problem}; did you mean '${within(near)}'?`,
      );
    }
    case 'enum':
      return refuse(at || context, `must be one of ${JSON.stringify(params.allowedValues)}`);
    case 'const':
      return refuse(at || context, `must be ${JSON.stringify(params.allowedValue)}`);
    default:
      return refuse(at || context, message ?? 'is not valid');
  }
}
