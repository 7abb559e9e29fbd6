import type { AuditCheckpoint, AuditEntry } from '../../../audit/index.ts';
import { csvField } from '../csv-field.ts';
import { toAuditLine, toCheckpointReply } from './schema.ts';

/** A line of JSON for each entry, as they come; at the end, where the log begins, the checkpoint for those before. */
export async function* auditNdjson(
  pages: AsyncIterable<AuditEntry[]>,
  findCheckpoint: () => Promise<AuditCheckpoint | undefined>,
): AsyncGenerator<string> {
  for await (const entries of pages)
    yield entries.map((entry) => `${JSON.stringify(toAuditLine(entry))}\n`).join('');
  const checkpoint = await findCheckpoint();
  if (checkpoint) yield `${JSON.stringify({ checkpoint: toCheckpointReply(checkpoint) })}\n`;
}

const COLUMNS =
  'time,action,actor_kind,actor_id,actor_name,session_id,ip,object_type,object_id,details,request_id,id,chain_seq,chain_hash';

/** The same as a table. */
export async function* auditCsv(pages: AsyncIterable<AuditEntry[]>): AsyncGenerator<string> {
  yield `${COLUMNS}\r\n`;
  for await (const entries of pages) yield entries.map(toRow).join('');
}

function toRow(entry: AuditEntry): string {
  const { time, action, actor, object, details, request_id, id, chain } = toAuditLine(entry);
  const cells = [
    ...[time, action, actor.kind, actor.id, actor.name, actor.session_id, actor.ip],
    ...[object?.type, object?.id, JSON.stringify(details), request_id, id, chain?.seq, chain?.hash],
  ];
  return `${cells.map((cell) => csvField(cell ?? '')).join(',')}\r\n`;
}
