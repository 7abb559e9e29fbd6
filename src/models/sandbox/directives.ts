/** What the last user message tells the sandbox model to do, in the order in which it says so. */
export interface Script {
  /**
   * The first answers the first call of the turn, the second the one after the first tool results, and so on. Every
   * segment but the last ends with its tool calls; there is always at least one.
   */
  readonly segments: readonly Segment[];
  /** In how many pieces a text is streamed; undefined: word by word. */
  readonly chunks: number | undefined;
  /** The message without its directives. */
  readonly message: string;
}

export interface Segment {
  readonly thoughts: readonly string[];
  readonly says: readonly string[];
  readonly waitMs: number;
  readonly failStatus: number | undefined;
  readonly cut: boolean;
  /** One for `[[call]]`, several for `[[parallel]]`, none in the last segment. */
  readonly calls: readonly ScriptedCall[];
}

export interface ScriptedCall {
  readonly name: string;
  /** As written: what is not JSON is passed on as it is, so that bad arguments can be tested too. */
  readonly arguments: string;
}

type Directive =
  | { readonly type: 'calls'; readonly calls: readonly ScriptedCall[] }
  | { readonly type: 'think' | 'say'; readonly text: string }
  | { readonly type: 'wait' | 'chunks' | 'fail'; readonly value: number }
  | { readonly type: 'cut' };

const MAX_WAIT_MS = 10 * 60_000;
const MAX_CHUNKS = 1_000_000;
/** Each may have to be read to the end of the message; a megabyte of them must not stop the server. */
const MAX_OPENINGS = 200;

/**
 * Reads the directives of a message. What only looks like one (an unknown word, a broken bracket) is part of the
 * message. A `[[say]]` that stands before a call is said with it, but the last one is always kept for the end.
 */
export function readScript(text: string): Script {
  const { directives, message } = findDirectives(text);
  const segments: MutableSegment[] = [newSegment()];
  let chunks: number | undefined;
  for (const directive of directives) {
    const segment = segments.at(-1) ?? newSegment();
    switch (directive.type) {
      case 'calls':
        segment.calls = directive.calls;
        segments.push(newSegment());
        break;
      case 'think':
        segment.thoughts.push(directive.text);
        break;
      case 'say':
        segment.says.push(directive.text);
        break;
      case 'wait':
        segment.waitMs = Math.min(MAX_WAIT_MS, segment.waitMs + directive.value);
        break;
      case 'fail':
        segment.failStatus = directive.value;
        break;
      case 'chunks':
        chunks = directive.value;
        break;
      case 'cut':
        segment.cut = true;
        break;
    }
  }
  keepLastWordForTheEnd(segments);
  return { segments, chunks, message };
}

interface MutableSegment extends Segment {
  thoughts: string[];
  says: string[];
  waitMs: number;
  failStatus: number | undefined;
  cut: boolean;
  calls: readonly ScriptedCall[];
}

function newSegment(): MutableSegment {
  return { thoughts: [], says: [], waitMs: 0, failStatus: undefined, cut: false, calls: [] };
}

function keepLastWordForTheEnd(segments: readonly MutableSegment[]): void {
  const last = segments.at(-1);
  const speaking = segments.findLast((segment) => segment.says.length > 0);
  if (last === undefined || speaking === undefined || speaking === last) return;
  last.says.push(...speaking.says.splice(-1));
}

function findDirectives(text: string): { directives: Directive[]; message: string } {
  const directives: Directive[] = [];
  let message = '';
  let at = 0;
  const lastClose = text.lastIndexOf(']]');
  for (let openings = 0; openings < MAX_OPENINGS; openings++) {
    const open = text.indexOf('[[', at);
    if (open === -1 || open > lastClose) break;
    const found = readDirective(text, open + 2);
    if (found === undefined) {
      message += text.slice(at, open + 2);
      at = open + 2;
      continue;
    }
    message += text.slice(at, open);
    directives.push(found.directive);
    at = found.end;
  }
  message += text.slice(at);
  return { directives, message: message.replace(/[ \t]{2,}/g, ' ').trim() };
}

interface Found {
  readonly directive: Directive;
  /** Just after the closing brackets. */
  readonly end: number;
}

function readDirective(text: string, start: number): Found | undefined {
  const word = /^\s*([a-z]+)(?=[\s\]])/.exec(text.slice(start, start + 20));
  if (word?.[1] === undefined) return undefined;
  const rest = start + word[0].length;
  switch (word[1]) {
    case 'call':
      return readCalls(text, rest, false);
    case 'parallel':
      return readCalls(text, rest, true);
    case 'think':
    case 'say':
      return readText(text, rest, word[1]);
    case 'wait':
    case 'chunks':
    case 'fail':
      return readNumber(text, rest, word[1]);
    case 'cut': {
      const close = /^\s*\]\]/.exec(text.slice(rest));
      return close ? { directive: { type: 'cut' }, end: rest + close[0].length } : undefined;
    }
    default:
      return undefined;
  }
}

function readNumber(text: string, start: number, type: 'wait' | 'chunks' | 'fail'): Found | undefined {
  const match = /^\s*(\d{1,9})\s*\]\]/.exec(text.slice(start, start + 40));
  if (match?.[1] === undefined) return undefined;
  const value = Number(match[1]);
  if (type === 'fail' && (value < 400 || value > 599)) return undefined;
  if (type === 'chunks' && (value < 1 || value > MAX_CHUNKS)) return undefined;
  return { directive: { type, value }, end: start + match[0].length };
}

/** The text ends at the brackets that close it; brackets that are opened inside belong to it. */
function readText(text: string, start: number, type: 'think' | 'say'): Found | undefined {
  const end = closingBrackets(text, start) ?? text.indexOf(']]', start);
  if (end === -1) return undefined;
  return { directive: { type, text: text.slice(start, end).trim() }, end: end + 2 };
}

/** The position of the `]]` that balances the two opening ones, or undefined when the text is not balanced. */
function closingBrackets(text: string, start: number): number | undefined {
  let depth = 2;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '[') depth++;
    if (char !== ']') continue;
    if (depth === 2) return text[at + 1] === ']' ? at : undefined;
    depth--;
  }
  return undefined;
}

function readCalls(text: string, start: number, several: boolean): Found | undefined {
  const calls: ScriptedCall[] = [];
  let at = start;
  for (;;) {
    const name = /^\s*([\w.:/-]{1,128})\s*/.exec(text.slice(at, at + 200));
    if (name?.[1] === undefined) return undefined;
    at += name[0].length;
    const args = readArguments(text, at, several);
    if (args === undefined) return undefined;
    calls.push({ name: name[1], arguments: args.text });
    at = args.end;
    const next = /^\s*(;|\]\])/.exec(text.slice(at));
    if (next === null) return undefined;
    at += next[0].length;
    if (next[1] === ']]') return { directive: { type: 'calls', calls }, end: at };
    if (!several) return undefined;
    // `[[parallel a {}; b {};]]`: a separator at the end means nothing.
    const close = /^\s*\]\]/.exec(text.slice(at));
    if (close) return { directive: { type: 'calls', calls }, end: at + close[0].length };
  }
}

function readArguments(
  text: string,
  start: number,
  several: boolean,
): { text: string; end: number } | undefined {
  if (text[start] === '{') {
    const end = endOfObject(text, start);
    if (end !== undefined) return { text: text.slice(start, end), end };
  }
  // No object: whatever stands before the end is passed on as it is.
  const stop = several ? /;|\]\]/ : /\]\]/;
  const at = text.slice(start).search(stop);
  if (at === -1) return undefined;
  const raw = text.slice(start, start + at).trim();
  return { text: raw === '' ? '{}' : raw, end: start + at };
}

/** Just after the brace that closes the object, minding strings. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth++;
    else if (char === '}') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
