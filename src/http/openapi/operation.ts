import type { TSchema } from 'typebox';
import { type Api, errorContent, errorReference, isErrorStatus, replyHeaders } from './components.ts';
import { EXAMPLES, withoutVariables } from './examples.ts';
import { operationId } from './operation-id.ts';
import type { DocumentedReply, DocumentedRoute } from './route-docs.ts';
import { tagOf } from './tags.ts';
import type { Content, JsonObject, Operation, Parameter, Reference, Response } from './types.ts';

const SUCCESS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken; it goes on in the background.',
  204: 'Done; there is nothing to say.',
};

/** Of queries that OpenAI's own API has. */
const QUERY_WORDS: Readonly<Record<string, string>> = {
  after: 'Entries after the one of this id.',
  before: 'Entries before the one of this id.',
  include: 'What else to show.',
  'include[]': 'What else to show.',
  limit: 'The most entries to show.',
  order: 'asc or desc.',
  starting_after: 'Events after the one of this number.',
  stream: 'As server-sent events.',
};

/** A route as an operation of the document. */
export function toOperation(route: DocumentedRoute): Operation {
  const { method, url, schema, role } = route;
  const api: Api = url.startsWith('/api/agents/') ? 'agents' : 'platform';
  const isPublic = role === 'public';
  const parameters = toParameters(route, isPublic);
  const body = requestBody(route);
  const summary = schema.summary ?? '';
  return {
    operationId: schema.operationId ?? operationId(method, url),
    summary,
    description: schema.description ?? `${summary}.`,
    tags: (schema.tags ?? []).map((tag) => tagOf(url, tag)),
    security: isPublic
      ? []
      : api === 'agents'
        ? [{ agentKey: [] }, { accessToken: [] }]
        : [{ accessToken: [] }],
    ...(role !== undefined && !isPublic && { 'x-muster-role': role }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: toResponses(route, api, isPublic),
  };
}

/** The path of the document: `/agents/{id}`. */
export function toDocumentPath(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}');
}

function toParameters({ method, url, schema, hasTag }: DocumentedRoute, isPublic: boolean) {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name = '']): Parameter => {
    const own = propertiesOf(schema.params)[name] ?? { type: 'string' };
    return { name, in: 'path', required: true, description: pathWords(url, name), ...described(own) };
  });
  const required = requiredOf(schema.querystring);
  const inQuery = Object.entries(propertiesOf(schema.querystring)).map(
    ([name, own]): Parameter => ({
      name,
      in: 'query',
      required: required.includes(name),
      description:
        QUERY_WORDS[name] ?? `Only those of this ${name.replaceAll('_', ' ').replace(/ id$/, '')}.`,
      ...described(own),
    }),
  );
  const idempotency: Reference[] =
    method === 'POST' && !isPublic ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [];
  const ifMatch: Reference[] =
    hasTag && method !== 'GET' ? [{ $ref: '#/components/parameters/IfMatch' }] : [];
  return [...inPath, ...inQuery, ...idempotency, ...ifMatch];
}

function requestBody({ method, url, schema }: DocumentedRoute): Operation['requestBody'] {
  if (schema.body === undefined) return undefined;
  const example = EXAMPLES[`${method} ${toDocumentPath(url)}`]?.body;
  const content = contentOf(schema.body);
  const [first] = Object.keys(content);
  return {
    required: true,
    content: Object.fromEntries(
      Object.entries(content).map(([type, entry]) => [
        type,
        type === first && example !== undefined ? { ...entry, example: withoutVariables(example) } : entry,
      ]),
    ),
  };
}

function toResponses(route: DocumentedRoute, api: Api, isPublic: boolean): Operation['responses'] {
  const responses: Record<string, Response | Reference> = {};
  for (const [status, schema] of Object.entries(route.schema.response ?? {})) {
    const isEmpty = toJson(schema).type === 'null';
    responses[status] = {
      description: SUCCESS[Number(status)] ?? 'Done.',
      headers: {
        ...replyHeaders(isPublic),
        ...(route.hasTag && !isEmpty && { ETag: { $ref: '#/components/headers/ETag' } }),
      },
      ...(!isEmpty && { content: contentOf(schema) }),
    };
  }
  for (const [status, reply] of Object.entries(route.replies)) {
    responses[status] = toResponse(Number(status), reply, api, isPublic);
  }
  for (const status of errorStatuses(route, isPublic)) responses[status] ??= errorReference(api, status);
  responses.default = errorReference(api, 'default');
  return responses;
}

function toResponse(
  status: number,
  { description, content }: DocumentedReply,
  api: Api,
  isPublic: boolean,
): Response | Reference {
  if (content === undefined && description === undefined && isErrorStatus(status))
    return errorReference(api, status);
  return {
    description: description ?? SUCCESS[status] ?? 'Done.',
    headers: replyHeaders(isPublic),
    ...(content !== undefined && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema: toJson(schema) }]),
      ),
    }),
    ...(content === undefined && status >= 400 && { content: errorContent(api) }),
  };
}

/** The errors that follow from what a route is; a route adds its own by `config.replies`. */
function errorStatuses(route: DocumentedRoute, isPublic: boolean): number[] {
  const { method, url, schema, role, hasTag } = route;
  const hasBody = schema.body !== undefined;
  return [
    ...(hasBody || schema.querystring || schema.params ? [400] : []),
    ...(isPublic ? [] : [401, 429]),
    ...(role !== undefined && !isPublic ? [403] : []),
    ...(url.includes(':') ? [404] : []),
    ...(hasBody ? [413, 415] : []),
    ...(method === 'POST' && !isPublic ? [409, 422] : []),
    ...(hasTag && method !== 'GET' ? [409] : []),
    ...[500, 503],
  ];
}

function contentOf(
  schema: TSchema | { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> },
): Content {
  if (!('content' in schema)) return { 'application/json': { schema: toJson(schema) } };
  // Only a map of media types is called `content` in a schema of ours; `type` would make it a JSON Schema.
  const { content } = schema as { content: Readonly<Record<string, { readonly schema: TSchema }>> };
  return Object.fromEntries(
    Object.entries(content).map(([type, entry]) => [type, { schema: toJson(entry.schema) }]),
  );
}

/** What a parameter of a path names: the `:id` of `/agents/:id` is an agent's. */
function pathWords(url: string, name: string): string {
  const [, before = ''] = new RegExp(`/([^/]+)/:${name}(?:/|$)`).exec(url) ?? [];
  const thing = name === 'id' ? before.replaceAll('-', ' ').replace(/s$/, '') : name.replace(/_id$/, '');
  return name.endsWith('id') ? `The id of the ${thing}.` : `The ${thing}.`;
}

/** The schema as plain JSON: what the schema library keeps beside it stays behind. */
function toJson(schema: unknown): JsonObject {
  return JSON.parse(JSON.stringify(schema));
}

function described(schema: JsonObject): { description?: string; schema: JsonObject } {
  const { description, ...rest } = schema;
  return typeof description === 'string' ? { description, schema: rest } : { schema: rest };
}

function propertiesOf(schema: TSchema | undefined): Record<string, JsonObject> {
  const { properties } = schema === undefined ? {} : toJson(schema);
  // The schemas of queries and paths are objects with properties that are schemas.
  return (properties ?? {}) as Record<string, JsonObject>;
}

function requiredOf(schema: TSchema | undefined): readonly string[] {
  const { required } = schema === undefined ? {} : toJson(schema);
  return Array.isArray(required) ? required.map(String) : [];
}
