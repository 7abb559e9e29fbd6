import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { Operation } from '../openapi/index.ts';
import { madeVariable } from './variables.ts';

/** The lines that run in Postman after a reply: its status, its shape, and what later requests need of it. */
export function testScript(input: {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly status: number | undefined;
  readonly capture: Readonly<Record<string, string>>;
}): string[] {
  const { method, path, operation, status, capture } = input;
  const good = Object.keys(operation.responses)
    .filter((code) => code.startsWith('2'))
    .map(Number);
  const expected = status === undefined ? good : [status];
  const schema = status === undefined ? replySchema(operation, good) : undefined;
  const name = expected.join(' or ');
  return [
    `pm.test('answers ${name}', () => pm.expect(pm.response.code).to.be.oneOf(${JSON.stringify(expected)}));`,
    "pm.test('has a request id', () => pm.expect(pm.response.headers.get('x-request-id')).to.match(/^req_/));",
    ...(schema === undefined
      ? status === undefined
        ? []
        : [
            "pm.test('says what is wrong', () => pm.expect(pm.response.json().error.message).to.be.a('string'));",
          ]
      : [
          `pm.test('has the documented shape', () => pm.response.to.have.jsonSchema(${JSON.stringify(schema)}));`,
        ]),
    ...captures(method, path, capture, schema !== undefined),
  ];
}

function captures(
  method: string,
  path: string,
  capture: Readonly<Record<string, string>>,
  hasBody: boolean,
): string[] {
  const made = method === 'POST' ? madeVariable(path) : undefined;
  if (!hasBody || (made === undefined && method !== 'POST' && Object.keys(capture).length === 0)) return [];
  const wanted = { ...(made !== undefined && { [made]: 'id' }), ...capture };
  return [
    'const reply = pm.response.json();',
    'const keep = (name, value) => { if (typeof value === "string") pm.collectionVariables.set(name, value); };',
    // Ids of other things stand in fields that are named after them: conversation_id, job_id.
    ...(method === 'POST'
      ? [
          'for (const [name, value] of Object.entries(reply)) { const variable = name.replace(/_id$/, "Id"); if (variable !== name && !pm.collectionVariables.get(variable)) keep(variable, value); }',
        ]
      : []),
    ...Object.entries(wanted).map(
      ([variable, at]) =>
        `keep(${JSON.stringify(variable)}, ${JSON.stringify(at.split('.'))}.reduce((value, key) => value?.[key], reply));`,
    ),
  ];
}

/** The shape of a good reply in the older JSON Schema that Postman knows, without the words for people. */
function replySchema({ responses }: Operation, good: readonly number[]): JsonObject | undefined {
  const [status = 0] = good;
  const response = responses[status];
  if (response === undefined || !('description' in response)) return undefined;
  const content = response.content?.['application/json'];
  const plain = content && withoutWords(content.schema);
  return isJsonObject(plain) ? plain : undefined;
}

const WORDS = new Set(['description', 'title', 'example', 'examples', 'default']);

function withoutWords(schema: Json, areNames = false): Json {
  if (Array.isArray(schema)) return schema.map((entry) => withoutWords(entry));
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      // Below `properties` the keys are names of fields, and a field may be called description.
      .filter(([key]) => areNames || !WORDS.has(key))
      .map(([key, value]) => [key, withoutWords(value, !areNames && key === 'properties')]),
  );
}
