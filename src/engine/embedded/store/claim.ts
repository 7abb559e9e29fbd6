import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { ParamRef, Schema } from '../../../db/index.ts';

/** The guard of every write of a running job: refused once somebody else has taken the job or it has ended. */
export const CLAIM = 'claim';

/** Whose claim a write is made under. */
export interface Claim {
  readonly jobId: string;
  readonly accountId: string;
  readonly epoch: number;
}

/** The same as parameters of a statement. */
export type Claimed = { jobId: string; accountId: string; epoch: number };

/** An update of the job of a claim, which somebody else's claim or end would make one of no row. */
export function updateClaimed(queries: Kysely<Schema>, param: ParamRef<Claimed>) {
  return queries
    .updateTable('jobs')
    .where('id', '=', param('jobId'))
    .where('account_id', '=', param('accountId'))
    .where('epoch', '=', param('epoch'));
}

/** What is set on a job that no process has any more. Raising the epoch fences whoever still works on it. */
export const UNCLAIMED = { epoch: sql<number>`epoch + 1`, owner: null, lease_until: null };

/** SQL that the builder has no words for. */
export function raw<Row>(queries: Kysely<Schema>, text: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => text.compile(queries) };
}
