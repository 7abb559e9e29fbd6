import type { AuditLogTable, Database } from '../../db/index.ts';
import type { Logger } from '../../lib/logger.ts';
import { type CheckpointSecrets, checkpointProblem, toCheckpoint } from './checkpoint.ts';
import type { ChainPlace } from './follow-chain.ts';
import { hashEntry } from './hash-entry.ts';

const BATCH = 200;
const NOT_CHAINED =
  'The checkpoint of an account does not hold, so its audit log is not chained any further; muster audit verify tells what is wrong';

export interface Linker {
  /** Some of the lines that are not chained, those of these accounts aside, the oldest first; `since` bounds their ids. */
  find(without: ReadonlySet<string>, since?: string): ReturnType<typeof unlinkedLines>;
  /** Gives lines of an account the next places of its chain; false where there is nothing that it could go on from. */
  link(accountId: string, rows: readonly AuditLogTable[]): Promise<boolean>;
  /**
   * Chains what comes after checkpoints of which nothing else is left: however old the lines are, for they stay unchained as
   * long as their checkpoint does not hold.
   */
  linkAfterCheckpoints(): Promise<void>;
  /** Whether a checkpoint did not hold when it was last gone on from. */
  readonly isStuck: boolean;
}

export const LINES_AT_ONCE = BATCH;

export function createLinker(deps: {
  readonly db: Database;
  readonly secrets: CheckpointSecrets;
  readonly log: Pick<Logger, 'error'>;
}): Linker {
  const { db, secrets, log } = deps;
  /** Accounts whose checkpoint does not hold, with its signature: the operator is told of each once. */
  const stuck = new Map<string, string>();

  async function headOf(accountId: string): Promise<ChainPlace | undefined> {
    const lines = db.build.selectFrom('audit_chain').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1);
    const head = await db.first(lines.where('account_id', '=', accountId));
    if (head) return head;
    const checkpoints = db.build.selectFrom('audit_checkpoints').selectAll();
    const row = await db.first(checkpoints.where('account_id', '=', accountId));
    if (!row) return { seq: 0, hash: '' };
    const checkpoint = toCheckpoint(row);
    const problem = checkpointProblem(secrets, checkpoint);
    if (problem === undefined) {
      stuck.delete(accountId);
      return checkpoint;
    }
    if (stuck.get(accountId) !== row.signature) log.error({ accountId, problem }, NOT_CHAINED);
    stuck.set(accountId, row.signature);
    return undefined;
  }

  async function link(accountId: string, rows: readonly AuditLogTable[]): Promise<boolean> {
    const head = await headOf(accountId);
    if (!head) return false;
    let { seq, hash } = head;
    const links = rows.map((row) => {
      seq += 1;
      hash = hashEntry(hash, row);
      return { account_id: accountId, seq, entry_id: row.id, hash };
    });
    await db.write(links.map((values) => db.statement(db.build.insertInto('audit_chain').values(values))));
    return true;
  }

  return {
    find: (without, since) => unlinkedLines(db, without, since),
    link,

    async linkAfterCheckpoints() {
      const bare = await db.all(
        db.build
          .selectFrom('audit_checkpoints')
          .leftJoin('audit_chain', 'audit_chain.account_id', 'audit_checkpoints.account_id')
          .where('audit_chain.account_id', 'is', null)
          .select('audit_checkpoints.account_id'),
      );
      for (const { account_id: accountId } of bare) {
        const lines = unlinkedLines(db, new Set()).where('audit_log.account_id', '=', accountId);
        for (;;) {
          const rows = await db.all(lines);
          if (rows.length === 0 || !(await link(accountId, rows)) || rows.length < BATCH) break;
        }
      }
    },

    get isStuck() {
      return stuck.size > 0;
    },
  };
}

function unlinkedLines(db: Pick<Database, 'build'>, without: ReadonlySet<string>, since?: string) {
  let query = db.build
    .selectFrom('audit_log')
    .leftJoin('audit_chain', 'audit_chain.entry_id', 'audit_log.id')
    .selectAll('audit_log')
    .where('audit_chain.entry_id', 'is', null)
    .orderBy('audit_log.id')
    .limit(BATCH);
  if (since !== undefined) query = query.where('audit_log.id', '>=', since);
  if (without.size > 0) query = query.where('audit_log.account_id', 'not in', [...without]);
  return query;
}
