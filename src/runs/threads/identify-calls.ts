import type { Item } from '../../models/index.ts';
import { runErrors } from '../errors.ts';
import type { Turn } from './types.ts';

type Call = Extract<Item, { type: 'tool_call' }>;

/**
 * Gives the calls and results of a request the ids that they lack: OpenAI's older function calls have none, and who
 * speaks in them sends names alone. A call that is stored in the path has the id that it has there; a result answers the
 * oldest open call of its name. Throws tool_results_missing where there is none.
 */
export function identifyCalls(path: readonly Turn[], request: readonly Item[]): readonly Item[] {
  if (!request.some((item) => 'callId' in item && item.callId === '')) return request;
  const said = path.flatMap((turn) => [...turn.input, ...turn.output]);
  const stored = said.filter((item): item is Call => item.type === 'tool_call' && item.runBy === 'client');
  const answered = new Set(said.flatMap((item) => (item.type === 'tool_result' ? [item.callId] : [])));
  const places = stored.map((call, place) => ({ ...call, place }));
  let after = 0;
  const isAhead = ({ place }: { readonly place: number }) => place >= after;
  const storedById = firstOf(places, ({ callId }) => callId, isAhead);
  const storedByText = firstOf(places, textOf, isAhead);
  const unanswered = firstOf(stored, nameOf, ({ callId }) => !answered.has(callId));
  /** Of the request: where calls are resent, their results come with them. */
  const sent: Call[] = [];
  const closed = new Set<Call>();
  const isOpen = (call: Call) => !closed.has(call);
  const openById = firstOf(sent, ({ callId }) => callId, isOpen);
  const openByName = firstOf(sent, nameOf, isOpen);

  const identifyCall = (item: Call, index: number): Call => {
    const twin = item.callId === '' ? storedByText(textOf(item)) : storedById(item.callId);
    if (twin) after = twin.place + 1;
    const callId = item.callId || twin?.callId || `fn_${path.length}_${index}`;
    const call = { ...item, callId };
    sent.push(call);
    return call;
  };
  const close = (call: Call | undefined): Call | undefined => {
    if (call) closed.add(call);
    return call;
  };

  return request.map((item, index) => {
    if (item.type === 'tool_call') return identifyCall(item, index);
    if (item.type !== 'tool_result') return item;
    if (item.callId !== '') {
      close(openById(item.callId));
      return item;
    }
    const call = close(openByName(item.name)) ?? unanswered(item.name);
    if (!call) throw unanswerable(item.name);
    answered.add(call.callId);
    return { ...item, callId: call.callId };
  });
}

/**
 * Looks up the first call of a key that still `counts`; one that has ceased to never does again, so all look-ups together
 * pass each call once. `calls` may grow at its end.
 */
function firstOf<T extends Call>(
  calls: readonly T[],
  keyOf: (call: T) => string,
  counts: (call: T) => boolean,
): (key: string) => T | undefined {
  const queues = new Map<string, { readonly calls: T[]; at: number }>();
  let read = 0;
  return (key) => {
    for (; read < calls.length; read++) {
      const call = calls[read];
      if (!call) continue;
      const queue = queues.get(keyOf(call));
      if (queue) queue.calls.push(call);
      else queues.set(keyOf(call), { calls: [call], at: 0 });
    }
    const queue = queues.get(key);
    if (!queue) return undefined;
    for (; queue.at < queue.calls.length; queue.at++) {
      const call = queue.calls[queue.at];
      if (call && counts(call)) return call;
    }
    return undefined;
  };
}

function nameOf({ name }: Call): string {
  return name;
}

function textOf({ name, arguments: text }: Call): string {
  return JSON.stringify([name, text]);
}

function unanswerable(name: string): Error {
  const reason = `The function message of '${name.slice(0, 64)}' answers no open function call of the conversation.`;
  return runErrors.tool_results_missing(reason, { field: 'messages', reason });
}
