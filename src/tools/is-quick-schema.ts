import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const MAX_LENGTH = 20_000;
const MAX_CHOICES = 100;

const PLAIN = new Set(['type', 'title', 'description', 'default', 'examples', 'format', 'required']);
const BOUNDS = new Set(
  ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].concat([
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
  ]),
);

/**
 * Whether checking a value takes time in proportion to the value's length, whatever the value is: a small schema that
 * neither refers, nor chooses between schemas, nor compares elements with each other. Most tools' schemas are so. What
 * is not known to be quick is not.
 */
export function isQuickSchema(schema: JsonObject): boolean {
  return JSON.stringify(schema).length <= MAX_LENGTH && isQuick(schema);
}

function isQuick(schema: Json): boolean {
  if (typeof schema === 'boolean') return true;
  if (!isJsonObject(schema)) return false;
  return Object.entries(schema).every(([keyword, value]) => {
    if (PLAIN.has(keyword) || BOUNDS.has(keyword)) return true;
    switch (keyword) {
      case 'const':
        return typeof value !== 'object';
      case 'enum':
        return (
          Array.isArray(value) && value.length <= MAX_CHOICES && value.every((one) => typeof one !== 'object')
        );
      case 'properties':
        return isJsonObject(value) && Object.values(value).every(isQuick);
      case 'items':
      case 'additionalProperties':
        return isQuick(value);
      default:
        return false;
    }
  });
}
