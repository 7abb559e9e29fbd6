import type { StoredEvent } from '../../engine/index.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';

/** A job's event as the WebSocket and the event stream tell it. */
export function jobFrame(jobId: string, { seq, type, data, at }: StoredEvent): JsonObject {
  return { type, job_id: jobId, seq, timestamp: isoTime(at), ...data, ...taskOf(data) };
}

/** Work that an agent handed on is kept below its task; to the outside it belongs to that task. */
function taskOf({ task_id: id }: JsonObject): JsonObject {
  return typeof id === 'string' && id.includes('/') ? { task_id: id.split('/')[0] ?? id } : {};
}
