type Inputs = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** An input of a crew as a field shows it: a value that is no text stands there as JSON. */
export function inputText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function inputTexts(inputs: Inputs): Texts {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, inputText(value)]));
}

/**
 * What the fields say as the API takes it; empty ones are left out, unless they were so before. What nobody has changed is what it was, and what was
 * no text before (a number, true, JSON) is none again, as long as what is typed can be read as such.
 */
export function fromInputTexts(texts: Texts, before: Inputs): Record<string, unknown> {
  const given = Object.entries(texts).filter(([name, text]) => text.trim() !== '' || before[name] === text);
  return Object.fromEntries(
    given.map(([name, text]) => [name, Object.hasOwn(before, name) ? readText(text, before[name]) : text]),
  );
}

function readText(text: string, before: unknown): unknown {
  if (inputText(before) === text) return before;
  if (typeof before === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
