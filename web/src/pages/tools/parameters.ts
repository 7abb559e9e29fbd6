import { isRecord } from '../../ui/kept-text.ts';

export const TYPES = {
  string: 'Text',
  number: 'Number',
  integer: 'Whole number',
  boolean: 'Yes or no',
} as const;
export type ParameterType = keyof typeof TYPES;
export const isParameterType = (text: unknown): text is ParameterType =>
  typeof text === 'string' && text in TYPES;

/** A line of the schema builder. */
export interface Parameter {
  /** Of the line: names change while they are typed. */
  readonly id: string;
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string;
  readonly required: boolean;
}

export const newParameter = (): Parameter => ({
  id: crypto.randomUUID(),
  name: '',
  type: 'string',
  description: '',
  required: true,
});

const KNOWN = new Set(['type', 'properties', 'required', 'additionalProperties']);
const KNOWN_OF_ONE = new Set(['type', 'description']);

/** The lines of a schema; undefined when it says more than lines can. */
export function toParameters(schema: Readonly<Record<string, unknown>> | null): Parameter[] | undefined {
  if (schema === null) return [];
  const { properties = {}, required = [] } = schema;
  if (!isRecord(properties) || !Array.isArray(required)) return undefined;
  if (Object.keys(schema).some((key) => !KNOWN.has(key))) return undefined;
  const lines: Parameter[] = [];
  for (const [name, each] of Object.entries(properties)) {
    if (!isRecord(each) || !isParameterType(each.type)) return undefined;
    if (Object.keys(each).some((key) => !KNOWN_OF_ONE.has(key))) return undefined;
    const { type, description } = each;
    const words = typeof description === 'string' ? description : '';
    lines.push({ ...newParameter(), name, type, description: words, required: required.includes(name) });
  }
  return lines;
}

export function toSchema(parameters: readonly Parameter[]): Record<string, unknown> {
  const named = parameters.filter(({ name }) => name.trim() !== '');
  return {
    type: 'object',
    properties: Object.fromEntries(
      named.map(({ name, type, description }) => [
        name.trim(),
        { type, ...(description !== '' && { description }) },
      ]),
    ),
    required: named.filter(({ required }) => required).map(({ name }) => name.trim()),
    additionalProperties: false,
  };
}
