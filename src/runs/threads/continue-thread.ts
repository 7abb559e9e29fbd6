import type { ContentPart, Item } from '../../models/index.ts';
import { runErrors } from '../errors.ts';
import { identifyCalls } from './identify-calls.ts';
import type { Turn } from './types.ts';

/** Where a request continues a conversation. */
export interface Continuation {
  /** The turns before the new one, from the conversation's first; empty at its beginning. */
  readonly path: readonly Turn[];
  /** What the request adds; becomes the new turn's input. */
  readonly input: readonly Item[];
  /** Everything said before, in order. */
  readonly history: readonly Item[];
}

/**
 * Decides what of a request is new. Clients either send only what is new, or resend the whole conversation as OpenAI's
 * API wants it; a resent beginning counts as such when it is exactly whole stored turns with their answers. A client
 * that resends less than is stored has gone back, and branches there. A turn that failed, or whose caller went away before a word of
 * its answer, and that is sent again takes the former one's place as its sibling. Throws nothing_to_answer and tool_results_missing.
 */
export function continueThread(path: readonly Turn[], sent: readonly Item[]): Continuation {
  const request = identifyCalls(path, sent);
  const { turns, length } = storedPrefix(path, request);
  const input = request.filter((item, index) => isInstruction(item) || index >= length);
  if (!input.some((item) => !isInstruction(item))) {
    const reason = request.every(isInstruction)
      ? 'The request has instructions only; send a message of the user too.'
      : 'Every message of the request is already in the conversation; send one that is new.';
    throw runErrors.nothing_to_answer(reason, { field: 'messages', reason });
  }
  const base = turns > 0 ? path.slice(0, turns) : withoutFailedTwin(path, input);
  const history = saidIn(base);
  checkToolResults(history, input, 'messages');
  return { path: base, input: withToolNames(history, input), history };
}

/**
 * The same where the request says by itself what it continues: all of its items are new, whatever they repeat. Throws as
 * above, and names `input` as the field.
 */
export function appendToThread(path: readonly Turn[], items: readonly Item[]): Continuation {
  if (!items.some((item) => !isInstruction(item))) {
    throw runErrors.nothing_to_answer('The input holds nothing to answer; send at least one message.', {
      field: 'input',
      reason: 'nothing to answer',
    });
  }
  const history = saidIn(path);
  checkToolResults(history, items, 'input');
  return { path, input: withToolNames(history, items), history };
}

/** A call can be deleted out of a conversation without its result, which no provider takes alone. */
function saidIn(path: readonly Turn[]): readonly Item[] {
  const calls = new Set<string>();
  return path
    .flatMap((turn) => [...turn.input, ...turn.output])
    .filter((item) => {
      if (item.type === 'tool_call') calls.add(item.callId);
      return item.type !== 'tool_result' || calls.has(item.callId);
    });
}

/** A result may come without its tool's name, because callers send the id of the call alone; some providers want both. */
function withToolNames(history: readonly Item[], input: readonly Item[]): readonly Item[] {
  if (!input.some((item) => item.type === 'tool_result' && item.name === '')) return input;
  const names = new Map<string, string>();
  for (const item of [...history, ...input]) if (item.type === 'tool_call') names.set(item.callId, item.name);
  return input.map((item) =>
    item.type === 'tool_result' && item.name === '' ? { ...item, name: names.get(item.callId) ?? '' } : item,
  );
}

/** How many whole turns of the path the request repeats, and how many of its items those take. */
function storedPrefix(path: readonly Turn[], request: readonly Item[]): { turns: number; length: number } {
  const sent = request.flatMap((item, index) => {
    const key = isInstruction(item) ? undefined : visibleKey(item);
    return key === undefined ? [] : [{ key, end: index + 1 }];
  });
  let turns = 0;
  let matched = 0;
  for (const turn of path) {
    const keys = [...visibleKeys(turn.input), ...visibleKeys(turn.output)];
    if (!keys.every((key, index) => sent[matched + index]?.key === key)) break;
    turns += 1;
    matched += keys.length;
  }
  // "Yes." can be said twice: only a repeated answer shows that the client is resending what it has.
  const resendsAnswer = path.slice(0, turns).some((turn) => visibleKeys(turn.output).length > 0);
  if (!resendsAnswer) return { turns: 0, length: 0 };
  return { turns, length: sent[matched - 1]?.end ?? 0 };
}

function withoutFailedTwin(path: readonly Turn[], input: readonly Item[]): readonly Turn[] {
  const leaf = path.at(-1);
  const isUnanswered = leaf?.status === 'incomplete' && leaf.output.length === 0;
  if (!leaf || (leaf.status !== 'failed' && !isUnanswered)) return path;
  const same = visibleKeys(leaf.input).join('\n') === visibleKeys(input).join('\n');
  return same ? path.slice(0, -1) : path;
}

/**
 * Every result needs its call, and a call that the caller was asked for needs its result before the conversation goes
 * on: no provider accepts less.
 */
function checkToolResults(
  history: readonly Item[],
  input: readonly Item[],
  field: 'messages' | 'input',
): void {
  const [result, message] =
    field === 'messages'
      ? ['tool message', 'a tool message']
      : ['function_call_output', 'a function_call_output'];
  // A message can be several items and what is stored is none of the request's: an index would point elsewhere.
  const refuse = (reason: string): Error => runErrors.tool_results_missing(reason, { field, reason });
  const open = new Set<string>();
  for (const item of history) {
    if (item.type === 'tool_call' && item.runBy === 'client') open.add(item.callId);
    if (item.type === 'tool_result') open.delete(item.callId);
  }
  for (const item of input) {
    if (item.type === 'tool_call') {
      if (field === 'input' && open.has(item.callId)) {
        throw refuse(`Two function calls of the input have the call_id '${item.callId}'.`);
      }
      open.add(item.callId);
    }
    if (item.type === 'tool_result' && !open.delete(item.callId)) {
      throw refuse(`The ${result} for '${item.callId}' answers no open tool call of the conversation.`);
    }
    if (item.type === 'message' && item.role === 'user' && open.size > 0) {
      throw refuse(
        `The tool calls ${[...open].join(', ')} have no result yet; send ${message} for each first.`,
      );
    }
  }
  if (open.size > 0 && (field === 'input' || input.some((item) => item.type === 'tool_result'))) {
    throw refuse(`The tool calls ${[...open].join(', ')} have no result yet; send ${message} for each.`);
  }
}

function isInstruction(item: Item): boolean {
  return item.type === 'message' && (item.role === 'system' || item.role === 'developer');
}

function visibleKeys(items: readonly Item[]): string[] {
  const keys: string[] = [];
  const serverCalls = new Set<string>();
  let answer: string[] = [];
  const endAnswer = (): void => {
    if (answer.length > 0) keys.push(`assistant ${joinAnswer(answer)}`);
    answer = [];
  };
  for (const item of items) {
    // What the model said between its own tool calls reached the caller as one message.
    if (item.type === 'message' && item.role === 'assistant') {
      const text = textOf(item.content);
      if (text !== '') answer.push(text);
      continue;
    }
    if (item.type === 'tool_call' && item.runBy === 'server') serverCalls.add(item.callId);
    if (isInstruction(item) || ('callId' in item && serverCalls.has(item.callId))) continue;
    const key = visibleKey(item);
    if (key === undefined) continue;
    endAnswer();
    keys.push(key);
  }
  endAnswer();
  return keys;
}

/** The text that a caller gets of an answer that was made in several steps. */
export function joinAnswer(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

/** What identifies an item to a caller who sends it again; undefined for what callers never see. */
function visibleKey(item: Item): string | undefined {
  switch (item.type) {
    case 'message':
      return `${item.role} ${textOf(item.content)}${item.content.map(attachmentKey).join('')}`;
    case 'tool_call':
      return `call ${item.callId}`;
    case 'tool_result':
      return `result ${item.callId}`;
    case 'reasoning':
      return undefined;
  }
}

function attachmentKey(part: ContentPart): string {
  if (part.type === 'image') return `\nimage ${part.url}`;
  if (part.type === 'file') return `\nfile ${part.data.type === 'url' ? part.data.url : part.data.base64}`;
  return '';
}

function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
}
