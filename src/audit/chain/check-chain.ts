import type { Database, InvariantCheck } from '../../db/index.ts';
import { type CheckpointSecrets, checkpointProblem, toCheckpoint } from './checkpoint.ts';
import { followChain } from './follow-chain.ts';

const PAGE = 1_000;
const MAX_PROBLEMS = 100;
/** A line is chained minutes after its time at most. */
const LATE_MS = 3_600_000;

type Reader = Pick<Database, 'build' | 'all'>;

/** An account's log as it was found; `problem` is the first thing that does not hold: nothing after it can be trusted. */
export interface CheckedLog {
  readonly accountId: string;
  /** Lines that a checkpoint stands for. */
  readonly cut: number;
  readonly lines: number;
  /** What the last line hashes to. */
  readonly hash: string;
  readonly problem: string | undefined;
}

/**
 * Whether every line that was ever chained is there, or has a checkpoint that stands for it, in its place and as it was, and
 * none stands beside them.
 */
export async function checkAuditChain(
  db: Reader,
  secrets: CheckpointSecrets | undefined,
): Promise<InvariantCheck> {
  const logs = await checkAuditLogs(db, secrets);
  const problems = logs.flatMap(({ accountId, problem }) => (problem ? [`${accountId}: ${problem}`] : []));
  return {
    name: 'The audit log of each account is as it was written',
    count: logs.reduce((sum, { lines }) => sum + lines, 0),
    problems: problems.slice(0, MAX_PROBLEMS),
  };
}

/** The same, account by account. */
export async function checkAuditLogs(
  db: Reader,
  secrets: CheckpointSecrets | undefined,
): Promise<CheckedLog[]> {
  const chained = await db.all(db.build.selectFrom('audit_chain').select('account_id').distinct());
  const cut = await db.all(db.build.selectFrom('audit_checkpoints').select('account_id'));
  const beside = await linesBesideChains(db);
  const accounts = new Set([...chained.map(({ account_id }) => account_id), ...beside.keys()]);
  for (const { account_id } of cut) accounts.add(account_id);
  const logs: CheckedLog[] = [];
  for (const accountId of [...accounts].sort()) {
    const log = await checkAccount(db, secrets, accountId);
    logs.push({ ...log, problem: log.problem ?? beside.get(accountId) });
  }
  return logs;
}

/** Of each account the first line that has no place in its chain although long ago it should have been given one; the newest may be of a clock that was ahead. */
async function linesBesideChains(db: Reader): Promise<Map<string, string>> {
  const newest = db.build.selectFrom('audit_chain').select((eb) => eb.fn.max('entry_id').as('id'));
  const [last] = await db.all(db.build.selectFrom('audit_log').select('at').where('id', '=', newest));
  if (!last) return new Map();
  const lines = await db.all(
    db.build
      .selectFrom('audit_log')
      .leftJoin('audit_chain', 'audit_chain.entry_id', 'audit_log.id')
      .where('audit_chain.entry_id', 'is', null)
      .where('audit_log.at', '<', Math.min(last.at, Date.now()) - LATE_MS)
      .select(['audit_log.account_id', (eb) => eb.fn.min('audit_log.id').as('id')])
      .groupBy('audit_log.account_id'),
  );
  const why = 'it was added behind the server’s back, or while a clock was wrong';
  return new Map(lines.map(({ account_id, id }) => [account_id, `${id} is not in the chain: ${why}`]));
}

async function checkAccount(
  db: Reader,
  secrets: CheckpointSecrets | undefined,
  accountId: string,
): Promise<CheckedLog> {
  const checkpoints = db.build.selectFrom('audit_checkpoints').selectAll();
  const [row] = await db.all(checkpoints.where('account_id', '=', accountId));
  const cut = row?.seq ?? 0;
  let seq = cut;
  let hash = row?.hash ?? '';
  const found = (problem?: string): CheckedLog => ({ accountId, cut, lines: seq - cut, hash, problem });
  const forged = row && checkpointProblem(secrets, toCheckpoint(row));
  if (forged !== undefined) return found(forged);
  for (;;) {
    const { lines, problem } = await followChain(db, accountId, { seq, hash }, PAGE);
    ({ seq, hash } = lines.at(-1) ?? { seq, hash });
    if (problem !== undefined || lines.length < PAGE) return found(problem);
  }
}
