import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { success } from './outcome.ts';
import type { Tool, ToolOutcome } from './types.ts';

/**
 * What a call of a tool that leaves this server answers where nothing may leave it: the same for the same call, made of
 * its arguments alone, and marked as simulated so that nobody takes it for real.
 */
export function simulateTool(tool: Pick<Tool, 'name' | 'category'>, args: JsonObject): ToolOutcome {
  const canonical = JSON.stringify(sorted(args));
  const id = createHash('sha256').update(`${tool.name} ${canonical}`).digest('hex').slice(0, 12);
  const answer = { simulated: true, id: `sim_${id}`, tool: tool.name, arguments: sorted(args) };
  return success(JSON.stringify(answer));
}

/** Arguments mean the same in whatever order a model writes them. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
