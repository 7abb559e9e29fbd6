import type { Json, JsonObject } from '../../lib/json.ts';
import type { ToolDefinition } from '../types.ts';
import { findExpression } from './arithmetic.ts';
import { instanceOf } from './schema-instance.ts';

/** Arguments for a tool that fit its schema, with values lifted from the message where it has them. */
export function argumentsFor(tool: ToolDefinition, message: string): Json {
  return instanceOf(tool.parameters, {
    suggest: (name, schema) => lift(name, schema, message),
    fillOptional: false,
  });
}

/** Of a message, what values are looked for in: some patterns take time by the square of it. */
const MAX_CHARS = 4_000;

function lift(name: string, schema: JsonObject, whole: string): Json | undefined {
  const message = whole.slice(0, MAX_CHARS);
  if (Array.isArray(schema.enum)) return mentioned(schema.enum, message);
  const type = Array.isArray(schema.type) ? schema.type.find((entry) => entry !== 'null') : schema.type;
  if (type === 'number' || type === 'integer') return numberIn(message, type === 'integer');
  if (type === 'string' || type === undefined) return stringIn(name.toLowerCase(), schema, message);
  return schema.default;
}

function mentioned(values: readonly Json[], message: string): Json | undefined {
  const lower = message.toLowerCase();
  return values.find(
    (value) => typeof value === 'string' && value !== '' && lower.includes(value.toLowerCase()),
  );
}

function numberIn(message: string, integer: boolean): number | undefined {
  for (const [text] of message.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w])/g)) {
    const value = Number(text);
    if (!integer || Number.isInteger(value)) return value;
  }
  return undefined;
}

const WHOLE_MESSAGE =
  /^(query|question|q|search|text|message|prompt|input|content|task|topic|description|body|request)$/;
const PLACE = /(city|location|place|town|country|region|destination|address|where)/;
const PERSON = /(^name$|_name$|person|customer|coworker|recipient|user)/;

function stringIn(name: string, schema: JsonObject, message: string): string | undefined {
  const format = typeof schema.format === 'string' ? schema.format : '';
  if (format === 'date' || /(^|_)date$/.test(name)) return first(/\b\d{4}-\d{2}-\d{2}\b/, message);
  if (format === 'email' || name.includes('email')) return first(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/, message);
  if (format === 'uri' || /url|link/.test(name)) return first(/https?:\/\/[^\s"'<>)]+/, message);
  if (format !== '') return undefined;
  const quoted = /["“'‘]([^"”'’]{1,200})["”'’](?!\w)/.exec(message)?.[1];
  if (/expression|formula|equation/.test(name)) return findExpression(message) ?? message;
  if (WHOLE_MESSAGE.test(name)) return quoted ?? message;
  if (PLACE.test(name)) return named(message, 'in|at|to|from|near|for|of') ?? quoted;
  if (PERSON.test(name)) return quoted ?? named(message, 'named|called|for|to|by|with|of');
  if (/(^|_)(id|number|code|key|sku|ref|reference|ticket|order)$/.test(name))
    return identifier(message) ?? quoted;
  if (typeof schema.default === 'string') return schema.default;
  return quoted ?? named(message, 'in|at|for|to|from|near|of|on|about') ?? message;
}

/** What is named after one of the words: `in San Francisco`, `for Ada Lovelace`. */
function named(message: string, prepositions: string): string | undefined {
  const name = String.raw`(\p{Lu}[\p{L}\p{N}.'’-]*(?:(?:,)?\s+\p{Lu}[\p{L}\p{N}.'’-]*)*)`;
  const match = new RegExp(String.raw`\b(?:${prepositions})\s+(?:the\s+)?${name}`, 'u').exec(message);
  return match?.[1]?.replace(/[.'’-]+$/, '');
}

function identifier(message: string): string | undefined {
  return first(/(?<=#)[\w-]+/, message) ?? first(/\b[A-Za-z]*[-_]?\d[\w-]*\b/, message);
}

function first(pattern: RegExp, message: string): string | undefined {
  return pattern.exec(message)?.[0].replace(/[.,;:!?]+$/, '');
}
