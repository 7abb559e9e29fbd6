import type { JobsTable } from '../../db/index.ts';
import type { Json } from '../../lib/json.ts';
import type { FinalStatus, JobRecord } from '../types.ts';
import { jobStatusOf } from './store.ts';

export function toRecord(row: JobsTable): JobRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    status: jobStatusOf(row),
    input: parseStored(row.input),
    result: row.result === null ? undefined : parseStored(row.result),
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
    attempt: row.attempt,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}

/** For text that this room has written itself. */
export function parseStored(text: string): Json {
  return JSON.parse(text);
}

export function isFinalStatus(status: string): status is FinalStatus {
  return status === 'completed' || status === 'failed' || status === 'stopped';
}
