import { type ApiDocument, EXAMPLES, type Operation } from '../openapi/index.ts';
import { type Call, isCleanUp, nameOf, ordered } from './order.ts';
import { sample } from './sample.ts';
import { testScript } from './test-script.ts';
import type { Auth, Collection, Folder, Item } from './types.ts';
import { PRESET, variableOf } from './variables.ts';

const FORMAT = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const CLEAN_UP = 'Clean up';

const DESCRIPTION = `Every operation of Muster, ready to run from top to bottom against a server: sign in, make, read, change,
delete. Set \`baseUrl\`, \`email\` and \`password\` (of an owner who also runs the server); the rest is filled in as it runs.
Each request checks its status and the shape of its reply.`;

/** The API document as a Postman collection whose requests run green, in their order, against a fresh server. */
export function buildCollection(document: ApiDocument): Collection {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Call => ({ method: method.toUpperCase(), path, operation }),
    ),
  );
  const inOrder = ordered(
    calls,
    document.tags.map(({ name }) => name),
  );
  return {
    info: { name: 'Muster API v1', description: DESCRIPTION, schema: FORMAT },
    auth: bearer('accessToken'),
    variable: [...SETTINGS, ...variablesOf(inOrder)].map(([key, value]) => ({ key, value, type: 'string' })),
    item: folders(inOrder, new Map(document.tags.map(({ name, description }) => [name, description]))),
  };
}

const SETTINGS: readonly (readonly [string, string])[] = [
  ['baseUrl', 'http://localhost:8000'],
  ['email', 'owner@localhost'],
  ['password', ''],
  ['accessToken', ''],
  ['refreshToken', ''],
  ['agentKey', ''],
  ['setupToken', ''],
];

function variablesOf(calls: readonly Call[]): [string, string][] {
  const names = calls.flatMap(({ path }) =>
    parametersOf(path).map((parameter) => [variableOf(path, parameter), PRESET[parameter] ?? ''] as const),
  );
  return [...new Map([['conversationId', ''], ...names])];
}

/** A folder for each group, with what is called behind one of its calls; the last ones come together. */
function folders(calls: readonly Call[], words: ReadonlyMap<string, string>): Folder[] {
  const made: { name: string; description: string; item: Item[] }[] = [];
  for (const call of calls) {
    const isLast = isCleanUp(call) || EXAMPLES[nameOf(call)]?.last === true;
    const isMoved = EXAMPLES[nameOf(call)]?.after !== undefined;
    const name = isLast ? CLEAN_UP : (call.operation.tags[0] ?? '');
    const description = isLast ? 'What was made goes away again.' : (words.get(name) ?? '');
    const open = made.at(-1);
    if (open && (open.name === name || (isMoved && !isLast))) open.item.push(toItem(call));
    else made.push({ name, description, item: [toItem(call)] });
  }
  return made;
}

function toItem(call: Call): Item {
  const { method, path, operation } = call;
  const { body: example, capture = {}, status } = EXAMPLES[nameOf(call)] ?? {};
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = example ?? (schema && sample(schema));
  return {
    name: operation.summary,
    request: {
      method,
      description: operation.description,
      header: body === undefined ? [] : [{ key: 'content-type', value: 'application/json' }],
      url: toUrl(path, operation),
      ...authOf(operation),
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: JSON.stringify(body, null, 2),
          options: { raw: { language: 'json' } },
        },
      }),
    },
    event: [
      {
        listen: 'test',
        script: {
          type: 'text/javascript',
          exec: testScript({ method, path, operation, status, capture }),
        },
      },
    ],
  };
}

function toUrl(path: string, { parameters = [] }: Operation) {
  const filled = parametersOf(path).reduce(
    (text, parameter) => text.replace(`{${parameter}}`, `{{${variableOf(path, parameter)}}}`),
    path,
  );
  const query = parameters.flatMap((parameter) =>
    'in' in parameter && parameter.in === 'query'
      ? [{ key: parameter.name, value: '', description: parameter.description ?? '', disabled: true }]
      : [],
  );
  return {
    raw: `{{baseUrl}}${filled}`,
    host: ['{{baseUrl}}'],
    path: filled.slice(1).split('/'),
    ...(query.length > 0 && { query }),
  };
}

/** What the collection's own credential, the access token, is not for. */
function authOf({ security }: Operation): { auth?: Auth } {
  if (security.length === 0) return { auth: { type: 'noauth' } };
  return security.some((scheme) => 'agentKey' in scheme) ? { auth: bearer('agentKey') } : {};
}

function bearer(variable: string): Auth {
  return { type: 'bearer', bearer: [{ key: 'token', value: `{{${variable}}}`, type: 'string' }] };
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
