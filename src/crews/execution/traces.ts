import type { JobEvent } from '../../engine/index.ts';
import type { Json } from '../../lib/json.ts';

/** Longer texts are cut in traces; tasks_output and the conversation have them whole. */
const MAX_CHARS = 4_000;

/** A row of the job's trace. `facts` say more about the action and are left out where undefined. */
export function trace(
  agent: string,
  action: string,
  result: string,
  facts: Readonly<Record<string, Json | undefined>> = {},
): JobEvent {
  const known = Object.entries(facts).filter((fact): fact is [string, Json] => fact[1] !== undefined);
  return { type: 'trace', data: { agent, action, result: shorten(result), ...Object.fromEntries(known) } };
}

export function shorten(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
