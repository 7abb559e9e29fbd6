import type { Json, JsonObject } from '../../lib/json.ts';

/** The one grammar of placeholders: `{topic}`. Whatever else stands in braces, JSON above all, is text. */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** The names of the placeholders of some texts, each once, in the order in which they first stand there. */
export function findPlaceholders(texts: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const text of texts) {
    for (const [, name = ''] of text.matchAll(PLACEHOLDER)) names.add(name);
  }
  return [...names];
}

/**
 * The text with its placeholders filled, in a single pass: what a value holds is text and never looked at again. A
 * placeholder without a value stays as it is; see missingInputs.
 */
export function fillPlaceholders(text: string, inputs: JsonObject): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return value === undefined ? whole : textOf(value);
  });
}

export function missingInputs(names: readonly string[], inputs: JsonObject): string[] {
  return names.filter((name) => !Object.hasOwn(inputs, name));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
