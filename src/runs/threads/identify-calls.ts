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
  /** Of the request: where calls are resent, their results come with them. */
  const open: Call[] = [];
  let after = 0;

  const identifyCall = (item: Call, index: number): Call => {
    const at = stored.findIndex((call, place) => place >= after && isSame(call, item));
    if (at >= 0) after = at + 1;
    const callId = item.callId || stored[at]?.callId || `fn_${path.length}_${index}`;
    const call = { ...item, callId };
    open.push(call);
    return call;
  };
  const close = (isIt: (call: Call) => boolean): Call | undefined => {
    const at = open.findIndex(isIt);
    return at < 0 ? undefined : open.splice(at, 1)[0];
  };

  return request.map((item, index) => {
    if (item.type === 'tool_call') return identifyCall(item, index);
    if (item.type !== 'tool_result') return item;
    if (item.callId !== '') {
      close(({ callId }) => callId === item.callId);
      return item;
    }
    const call =
      close(({ name }) => name === item.name) ??
      stored.find(({ name, callId }) => name === item.name && !answered.has(callId));
    if (!call) throw unanswerable(item.name);
    answered.add(call.callId);
    return { ...item, callId: call.callId };
  });
}

function isSame(stored: Call, sent: Call): boolean {
  if (sent.callId !== '') return stored.callId === sent.callId;
  return stored.name === sent.name && stored.arguments === sent.arguments;
}

function unanswerable(name: string): Error {
  const reason = `The function message of '${name.slice(0, 64)}' answers no open function call of the conversation.`;
  return runErrors.tool_results_missing(reason, { field: 'messages', reason });
}
