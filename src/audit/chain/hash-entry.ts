import { createHash } from 'node:crypto';
import type { AuditLogTable } from '../../db/index.ts';

/** What follows from a line of the log and from all lines before it. */
export function hashEntry(before: string, row: AuditLogTable): string {
  const fields = [
    ...[row.id, row.account_id, row.at, row.action, row.actor_kind, row.actor_id, row.actor_name],
    ...[row.session_id, row.ip, row.request_id, row.object_type, row.object_id, row.details],
  ];
  return createHash('sha256').update(before).update('\n').update(JSON.stringify(fields)).digest('hex');
}
