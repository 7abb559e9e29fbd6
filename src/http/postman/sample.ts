import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { camel } from './variables.ts';

/** A value that a schema accepts: its own example where it has one, else the least that is required. */
export function sample(schema: Json | undefined, name = ''): Json {
  if (!isJsonObject(schema)) return 'example';
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  for (const given of [schema.example, example, schema.default, schema.const])
    if (given !== undefined) return given;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices))
    return sample(
      choices.find((choice) => typeOf(choice) !== 'null'),
      name,
    );
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema);
    case 'array':
      return Number(schema.minItems ?? 0) > 0 ? [sample(schema.items, name)] : [];
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleText(name).slice(0, Number(schema.maxLength ?? 1_000));
  }
}

function sampleObject({ properties, required }: JsonObject): JsonObject {
  if (!isJsonObject(properties) || !Array.isArray(required)) return {};
  return Object.fromEntries(
    required.map((name) => [String(name), sample(properties[String(name)], String(name))]),
  );
}

function sampleText(name: string): string {
  if (name.endsWith('_id')) return `{{${camel(name)}}}`;
  if (name.includes('email')) return 'ada@example.com';
  if (/url|endpoint/.test(name)) return 'https://example.com/hook';
  if (name.includes('model')) return 'sandbox';
  if (/^(from|to)$|_at$/.test(name)) return '2030-01-01T00:00:00Z';
  if (name === 'cron') return '0 9 * * 1';
  return `Example ${name.replaceAll('_', ' ')}`.trim();
}

function typeOf(schema: Json): Json | undefined {
  return isJsonObject(schema) ? schema.type : undefined;
}
