import type { OpenAiErrorType, PlatformCode } from '../../lib/errors.ts';
import type { Components, Content, JsonObject, Reference, Response } from './types.ts';

export type Api = 'agents' | 'platform';

/** When a status is answered. The words are for both APIs. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'The request is not valid; the error names the field.',
  401: 'The credential is missing, wrong, expired or revoked.',
  402: 'The credit does not cover the call; nothing was spent.',
  403: 'The credential is good, but may not do this.',
  404: 'There is no such object, or it belongs to another account.',
  409: 'It conflicts with what there is, or a request with the same Idempotency-Key is still running.',
  413: 'The body is larger than this route takes.',
  415: 'This route does not read that content type.',
  422: 'The Idempotency-Key was used for another request.',
  429: 'Over a limit; Retry-After says when to come back.',
  500: 'A fault of the server; its log has the cause under the request id.',
  502: 'The provider of the model failed.',
  503: 'The server takes no such work now; Retry-After says when to come back.',
  504: 'The provider of the model took too long.',
};

const CODES: Readonly<Record<PlatformCode, true>> = {
  VALIDATION_ERROR: true,
  UNAUTHORIZED: true,
  INSUFFICIENT_CREDIT: true,
  FORBIDDEN: true,
  NOT_FOUND: true,
  CONFLICT: true,
  REQUEST_TIMEOUT: true,
  PAYLOAD_TOO_LARGE: true,
  UNSUPPORTED_MEDIA_TYPE: true,
  HEADERS_TOO_LARGE: true,
  RATE_LIMIT: true,
  INTERNAL_ERROR: true,
  UPSTREAM_ERROR: true,
  SERVICE_UNAVAILABLE: true,
};

const TYPES: Readonly<Record<OpenAiErrorType, true>> = {
  invalid_request_error: true,
  authentication_error: true,
  permission_error: true,
  not_found_error: true,
  insufficient_quota: true,
  rate_limit_error: true,
  server_error: true,
  upstream_error: true,
};

const platformError: JsonObject = object({
  error: object(
    {
      code: { type: 'string', enum: Object.keys(CODES), description: 'The coarse kind.' },
      message: { type: 'string', description: 'What is wrong and the way out, for people.' },
      details: {
        type: 'object',
        description: '`field` and `reason` of a wrong field; `code`, the fine code, where it says more.',
        properties: {
          field: { type: 'string' },
          reason: { type: 'string' },
          code: { type: 'string' },
        },
        additionalProperties: true,
      },
      request_id: { type: 'string', description: 'The same as the header x-request-id.' },
    },
    ['code', 'message', 'request_id'],
  ),
});

const openAiError: JsonObject = object({
  error: object({
    message: { type: 'string', description: 'What is wrong and the way out, for people.' },
    type: { type: 'string', enum: Object.keys(TYPES) },
    code: { type: 'string', description: 'Tells programs what is wrong; docs/errors.md lists them.' },
    param: { type: 'string', description: 'The field that is wrong; empty when it is none.' },
  }),
});

const integer = (description: string): JsonObject => ({ description, schema: { type: 'string' } });

/** Of every reply to a caller who is known. */
const RATE_HEADERS: Readonly<Record<string, JsonObject>> = {
  'RateLimit-Limit': integer('Requests of the window that is nearest to its end; `unlimited` without one.'),
  'RateLimit-Remaining': integer('How many of them are left.'),
  'RateLimit-Reset': integer('Seconds until there are more.'),
  'RateLimit-Policy': integer('Every window: its quota `q` and its seconds `w`.'),
};

const TAG: JsonObject = { description: 'Changes with every save; for If-Match.', schema: { type: 'string' } };

const REQUEST_ID: JsonObject = { description: 'Names the request in the log.', schema: { type: 'string' } };

export function components(): Components {
  return {
    securitySchemes: {
      accessToken: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The access token of somebody who signed in (POST /api/v1/auth/login).',
      },
      agentKey: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'sk-…',
        description: 'An agent key (POST /api/v1/agent-keys). It calls agents and nothing else.',
      },
    },
    headers: { 'X-Request-Id': REQUEST_ID, ...RATE_HEADERS, ETag: TAG },
    parameters: {
      IdempotencyKey: {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description:
          'At most 255 characters. The same key with the same request gets the first reply again, for 24 hours.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
      IfMatch: {
        name: 'If-Match',
        in: 'header',
        required: false,
        description:
          'The ETag that the object was read with: when it was saved since, nothing is done (409).',
        schema: { type: 'string', minLength: 1, maxLength: 100 },
      },
    },
    responses: {
      ...errorResponses('platform'),
      ...errorResponses('agents'),
    },
    schemas: { PlatformError: platformError, AgentsError: openAiError },
  };
}

/** The reply of an API for an error status, or for any other one (`default`). */
export function errorReference(api: Api, status: number | 'default'): Reference {
  return { $ref: `#/components/responses/${errorName(api, status)}` };
}

export function errorContent(api: Api): Content {
  const name = api === 'agents' ? 'AgentsError' : 'PlatformError';
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
}

/** The headers of every reply; those of limits only where the caller is known. */
export function replyHeaders(isPublic: boolean): Readonly<Record<string, Reference>> {
  const names = isPublic ? ['X-Request-Id'] : ['X-Request-Id', ...Object.keys(RATE_HEADERS)];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

export function isErrorStatus(status: number): boolean {
  return STATUSES[status] !== undefined;
}

function errorResponses(api: Api): Record<string, Response> {
  const entries = Object.entries(STATUSES).map(([status, description]) => [
    errorName(api, Number(status)),
    { description, headers: errorHeaders(Number(status)), content: errorContent(api) },
  ]);
  const other = { description: 'Any other error.', headers: errorHeaders(0), content: errorContent(api) };
  return Object.fromEntries([...entries, [errorName(api, 'default'), other]]);
}

function errorHeaders(status: number): NonNullable<Response['headers']> {
  return {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...((status === 429 || status === 503) && { 'Retry-After': integer('Seconds to wait.') }),
    ...(status === 401 && { 'WWW-Authenticate': integer('`Bearer`.') }),
  };
}

function errorName(api: Api, status: number | 'default'): string {
  return `${api === 'agents' ? 'Agents' : 'Platform'}${status === 'default' ? 'Other' : status}`;
}

function object(properties: Record<string, JsonObject>, required = Object.keys(properties)): JsonObject {
  return { type: 'object', properties, required };
}
