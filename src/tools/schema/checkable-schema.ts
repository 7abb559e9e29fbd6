import type { JsonObject } from '../../lib/json.ts';
import { withLocalReferences } from './local-references.ts';
import { mapInside } from './map-inside.ts';
import { inNewForm } from './older-forms.ts';

const SLOW = new Set(['pattern', 'patternProperties', 'uniqueItems']);
/** Would refuse what `patternProperties` allowed. */
const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties']);

/**
 * What values are held against: the schema in the words of today, without what may run longer than the value is long.
 * Schemas are strangers', and a hostile `pattern` or a big `uniqueItems` would stop the whole process; whoever made a
 * tool checks these again. It may still be one that cannot be compiled.
 */
export function toCheckable(schema: JsonObject): JsonObject {
  return withoutSlowKeywords(toNewForm(withLocalReferences(schema).schema));
}

export function toNewForm(schema: JsonObject): JsonObject {
  return mapInside(inNewForm(schema), toNewForm);
}

export function withoutSlowKeywords(schema: JsonObject): JsonObject {
  const { patternProperties } = schema;
  const quick = Object.entries(schema).filter(
    ([keyword]) => !SLOW.has(keyword) && (patternProperties === undefined || !CLOSING.has(keyword)),
  );
  return mapInside(Object.fromEntries(quick), withoutSlowKeywords);
}
