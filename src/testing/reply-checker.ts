import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isJsonObject, type Json } from '../lib/json.ts';

/** The parts of an OpenAPI document that replies are checked against. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: Json;
}

interface DocumentedOperation {
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface DocumentedResponse {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

interface CheckedReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

const compiled = new Map<string, ValidateFunction>();

/**
 * Fails when a reply is not what the API document says of its operation: an undocumented status, another content type, a
 * field that is missing, of another type, or not documented.
 */
export function createReplyChecker(
  text: string,
): (method: string, path: string, reply: CheckedReply) => void {
  const document: Document = JSON.parse(text);
  const templates = Object.entries(document.paths)
    .map(([path, operations]) => ({
      pattern: patternOf(path),
      operations,
      parameters: path.split('{').length,
    }))
    .sort((a, b) => a.parameters - b.parameters);

  const resolve = (response: DocumentedResponse | undefined): DocumentedResponse | undefined => {
    if (response?.$ref === undefined) return response;
    const names = response.$ref.split('/').slice(1);
    // Only responses are referred to where a response stands.
    return names.reduce<unknown>((at, name) => Reflect.get(Object(at), name), document) as DocumentedResponse;
  };

  return (method, path, reply) => {
    const where = `${method} ${path} ${reply.status}`;
    assert.match(reply.headers.get('x-request-id') ?? '', /^req_/, `${where}: no x-request-id`);
    const clean = documentedPath(path);
    if (clean === undefined) return;
    const template = templates.find(
      ({ pattern, operations }) => pattern.test(clean) && operations[method.toLowerCase()] !== undefined,
    );
    const responses = template?.operations[method.toLowerCase()]?.responses;
    const response = resolve(
      responses?.[reply.status] ?? (reply.status >= 400 ? responses?.default : undefined),
    );
    if (responses === undefined) return;
    assert.ok(response, `${where}: the API document has no such status`);
    check(where, response, reply, document.components);
  };
}

function check(where: string, response: DocumentedResponse, reply: CheckedReply, components: Json): void {
  const type = reply.headers.get('content-type')?.split(';')[0] ?? '';
  if (response.content === undefined) {
    assert.equal(reply.text, '', `${where}: the API document says that there is no body`);
    return;
  }
  const content = response.content[type];
  assert.ok(content, `${where}: the API document has no '${type}'`);
  if (type !== 'application/json') return;
  const validate = compile(content.schema, components);
  assert.ok(
    validate(reply.body),
    `${where}: not as documented: ${JSON.stringify(validate.errors)} in ${reply.text.slice(0, 1000)}`,
  );
}

function compile(schema: Json, components: Json): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known) return known;
  const ajv = new Ajv2020({ strict: false, allErrors: false, formats: { 'date-time': UTC_TIME } });
  const made = ajv.compile({ ...Object(closed(schema)), components: closed(components) });
  compiled.set(key, made);
  return made;
}

/** Every time of the API is in UTC, with a Z. */
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** The schema with every object closed that does not say itself what else it may hold. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isJsonObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = inner.type !== 'object' || !isJsonObject(inner.properties);
  return isOpen || 'additionalProperties' in inner ? inner : { ...inner, additionalProperties: false };
}

/** The path under which the document has a route; undefined for pages. */
function documentedPath(path: string): string | undefined {
  const [clean = ''] = path.split('?');
  if (clean.startsWith('/api/')) return clean;
  if (clean.startsWith('/v1/')) return `/api${clean}`;
  return /^\/(health|openapi\.json|postman\/)/.test(clean) ? `/api/v1${clean}` : undefined;
}

function patternOf(path: string): RegExp {
  const source = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
