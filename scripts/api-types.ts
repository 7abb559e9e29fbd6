/** A JSON Schema as our own documents have it. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly default?: unknown;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly parameters?: readonly {
    readonly name?: string;
    readonly in?: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

const HEAD = `// Made by scripts/write-api-types.ts.
export interface ApiErrorBody {
  error: { code: string; message: string; details?: { [key: string]: unknown }; request_id: string };
}
`;

/** TypeScript for openapi-fetch: an interface of the paths below \`prefix\`, each with what it takes and answers. */
export function apiTypes(document: string, prefix: string): string {
  const { paths }: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> } =
    JSON.parse(document);
  const entries = Object.entries(paths)
    .filter(([path]) => path.startsWith(`${prefix}/`))
    .map(([path, methods]) => {
      const operations = Object.entries(methods).map(([method, each]) => `${method}: ${operation(each)};`);
      return `${JSON.stringify(path.slice(prefix.length))}: {\n${operations.join('\n')}\n};`;
    });
  return `${HEAD}\nexport interface paths {\n${entries.join('\n')}\n}\n`;
}

function operation({ parameters = [], requestBody, responses }: Operation): string {
  const fields = ['query', 'path'].map((place) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) return `${place}?: never;`;
    // A query may be left out where each of its parameters may.
    const needed = (each: (typeof own)[number]) =>
      (each.required ?? false) && each.schema?.default === undefined;
    const mark = own.some(needed) ? '' : '?';
    const types = own.map((each) => field(each.name ?? '', each.schema ?? {}, needed(each)));
    return `${place}${mark}: { ${types.join(' ')} };`;
  });
  const body = requestBody ? `requestBody: { content: ${content(requestBody.content)} };` : '';
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const replies = good.map(([status, reply]) =>
    reply.content
      ? `${status}: { headers: {}; content: ${content(asJson(reply.content))} };`
      : `${status}: { headers: {}; content?: never };`,
  );
  const failed = "default: { headers: {}; content: { 'application/json': ApiErrorBody } };";
  return `{ parameters: { ${fields.join(' ')} }; ${body} responses: { ${[...replies, failed].join(' ')} } }`;
}

/** Files and streams are read another way; the typed client takes JSON wherever there is some. */
function asJson(types: Content): Content {
  const json = types['application/json'];
  return json ? { 'application/json': json } : types;
}

function content(types: Content): string {
  const entries = Object.entries(types).map(
    ([type, { schema }]) => `${JSON.stringify(type)}: ${typeOf(schema)};`,
  );
  return `{ ${entries.join(' ')} }`;
}

function field(name: string, schema: Schema, required: boolean): string {
  const words = schema.description === undefined ? '' : `/** ${schema.description.replaceAll('*/', '')} */\n`;
  return `${words}${JSON.stringify(name)}${required ? '' : '?'}: ${typeOf(schema)};`;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ') || 'never';
  if (schema.anyOf) return schema.anyOf.map((each) => `(${typeOf(each)})`).join(' | ');
  if (schema.allOf) return schema.allOf.map((each) => `(${typeOf(each)})`).join(' & ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `Array<${typeOf(schema.items ?? {})}>`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties, required = [], additionalProperties, patternProperties }: Schema): string {
  const fields = Object.entries(properties ?? {}).map(([name, each]) =>
    field(name, each, required.includes(name)),
  );
  const [rest] = Object.values(patternProperties ?? {});
  const others = rest ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  if (others) fields.push(`[key: string]: ${fields.length === 0 ? typeOf(others) : 'unknown'};`);
  else if (fields.length === 0 || additionalProperties === true) fields.push('[key: string]: unknown;');
  return `{ ${fields.join('\n')} }`;
}
