import { crewErrors } from '../errors.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { Batch } from './executions.ts';
import type { Execution } from './types.ts';

const PAGE = 100;

/** A batch with all of its jobs, in the order of their inputs. */
export async function readBatch(store: ExecutionStore, accountId: string, batchId: string): Promise<Batch> {
  const row = await store.findBatch(accountId, batchId);
  if (!row) throw crewErrors.job_not_found(`There is no batch '${batchId}'.`);
  const jobs: Execution[] = [];
  for (let page = 1; ; page++) {
    const { items, total } = await store.list(accountId, { batchId }, { page, limit: PAGE });
    jobs.unshift(...items.toReversed());
    if (items.length === 0 || jobs.length >= total) break;
  }
  const { crew_id: crewId, concurrency, created_at: createdAt } = row;
  return { id: batchId, crewId, concurrency, createdAt, jobs };
}
