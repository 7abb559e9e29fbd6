import type { PageRequest } from '../../lib/page.ts';
import { crewErrors } from '../errors.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { Batch } from './executions.ts';

type BatchReads = Pick<ExecutionStore, 'findBatch' | 'sumsOfBatch' | 'listBatch'>;

export async function findBatch(
  store: Pick<ExecutionStore, 'findBatch'>,
  accountId: string,
  batchId: string,
) {
  const row = await store.findBatch(accountId, batchId);
  if (!row) throw crewErrors.job_not_found(`There is no batch '${batchId}'.`);
  return row;
}

/** A batch with what all of its jobs come to, and those of a page in the order of their inputs; without a page all. */
export async function readBatch(
  store: BatchReads,
  accountId: string,
  batchId: string,
  options: { readonly page?: PageRequest | undefined; readonly brief?: boolean | undefined },
): Promise<Batch> {
  const row = await findBatch(store, accountId, batchId);
  const [sums, jobs] = await Promise.all([
    store.sumsOfBatch(accountId, batchId),
    store.listBatch(accountId, batchId, options),
  ]);
  const { crew_id: crewId, concurrency, created_at: createdAt } = row;
  return { id: batchId, crewId, concurrency, createdAt, ...sums, jobs };
}
