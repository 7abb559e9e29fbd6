import type { Compilable, Kysely, RawBuilder } from 'kysely';
import type { Schema } from '../../../db/index.ts';

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

/** SQL that the builder has no words for. */
export function raw<Row>(queries: Kysely<Schema>, text: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => text.compile(queries) };
}
