/** A text in quotes, of one line or of many, that begins where it is looked for. */
const TEXT = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const OPENING = '([{';
const CLOSING = ')]}';

/** The arguments by name of the first call in the text of something so called, as they are written. */
export function argumentsOf(callee: RegExp, text: string): Map<string, string> {
  const call = callee.exec(text);
  if (!call) return new Map();
  const inside = untilClosed(text, call.index + call[0].length);
  return new Map(
    splitAtCommas(inside).flatMap((argument) => {
      const [, name, value] = /^(\w+)\s*=(?!=)([\s\S]*)$/.exec(argument) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
    }),
  );
}

/** The entries of a list as they are written, with what is added to it; undefined for what begins with none. */
export function entriesOfList(value: string): string[] | undefined {
  if (!value.startsWith('[')) return undefined;
  const inside = untilClosed(value, 1);
  const added = value.slice(inside.length + 2).split('+');
  return [...splitAtCommas(inside), ...added.map((part) => part.trim()).filter((part) => part !== '')];
}

/** What Python's None, True, numbers and plain texts are; undefined for what has to be run to be known. */
export function literalOf(value: string): null | boolean | number | string | undefined {
  if (value === 'None') return null;
  if (value === 'True' || value === 'False') return value === 'True';
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  TEXT.lastIndex = 0;
  if (TEXT.exec(value)?.[0] !== value) return undefined;
  const quotes = /^("""|''')/.test(value) ? 3 : 1;
  return value.slice(quotes, -quotes);
}

function untilClosed(text: string, from: number): string {
  let depth = 1;
  let at = from;
  for (const end of places(text, from)) {
    at = end;
    const char = text.charAt(at);
    if (OPENING.includes(char)) depth++;
    if (CLOSING.includes(char) && --depth === 0) return text.slice(from, at);
  }
  return text.slice(from, at);
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const at of places(text, 0)) {
    const char = text.charAt(at);
    if (OPENING.includes(char)) depth++;
    if (CLOSING.includes(char)) depth--;
    if (char !== ',' || depth > 0) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Where something stands that is in no quotes. */
function* places(text: string, from: number): Generator<number> {
  for (let at = from; at < text.length; at++) {
    TEXT.lastIndex = at;
    const quoted = text.charAt(at) === '"' || text.charAt(at) === "'" ? TEXT.exec(text) : null;
    if (quoted) at = TEXT.lastIndex - 1;
    else yield at;
  }
}
