import type { Database } from '../../db/index.ts';
import { batchStore } from './store/batch-store.ts';
import { executionReads } from './store/execution-reads.ts';
import { executionWrites } from './store/execution-writes.ts';

export type ExecutionStore = ReturnType<typeof createExecutionStore>;

/** The SQL of jobs as their owners see them. */
export function createExecutionStore(db: Database) {
  return { ...executionWrites(db), ...executionReads(db), ...batchStore(db) };
}
