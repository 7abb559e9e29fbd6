import { RE2JS } from 're2js';

interface Pattern {
  test(text: string): boolean;
  /** Ajv tells patterns apart by it. */
  toString(): string;
}

/** Of strangers: longer ones are not run. */
const MAX_PATTERN_CHARS = 2_000;

/** Runs patterns in time that grows with the text alone; reads what RE2 reads. */
export function createPatterns() {
  const known = new Map<string, Pattern | undefined>();

  const read = (pattern: string): Pattern | undefined => {
    if (known.has(pattern)) return known.get(pattern);
    const made = compile(pattern);
    known.set(pattern, made);
    return made;
  };

  const engine = Object.assign(
    (pattern: string): Pattern => {
      const found = read(pattern);
      if (!found) throw new Error('A pattern that cannot be read was not left out');
      return found;
    },
    { code: 'linearPattern' },
  );

  return { isReadable: (pattern: string) => read(pattern) !== undefined, engine };
}

function compile(pattern: string): Pattern | undefined {
  if (pattern.length > MAX_PATTERN_CHARS) return undefined;
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text) => compiled.test(text), toString: () => pattern };
  } catch {
    // It looks around or refers back, or is of another language: nothing can be said of a text by it.
    return undefined;
  }
}
