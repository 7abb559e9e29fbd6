import type { Database, InvariantCheck } from '../../db/index.ts';
import { hashEntry } from './hash-entry.ts';

const PAGE = 1_000;
const MAX_PROBLEMS = 100;

/** Whether every line that was ever chained is there, in its place and as it was. */
export async function checkAuditChain(db: Pick<Database, 'build' | 'all'>): Promise<InvariantCheck> {
  const accounts = await db.all(db.build.selectFrom('audit_chain').select('account_id').distinct());
  const problems: string[] = [];
  let count = 0;
  for (const { account_id: accountId } of accounts) {
    const checked = await checkAccount(db, accountId);
    count += checked.count;
    if (checked.problem !== undefined && problems.length < MAX_PROBLEMS) problems.push(checked.problem);
  }
  return { name: 'The audit log of each account is as it was written', count, problems };
}

/** Stops at the first link that does not hold: none after it can be trusted. */
async function checkAccount(db: Pick<Database, 'build' | 'all'>, accountId: string) {
  let seq = 0;
  let hash = '';
  for (;;) {
    const links = await db.all(
      db.build
        .selectFrom('audit_chain')
        .select(['seq', 'hash', 'entry_id'])
        .where('account_id', '=', accountId)
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(PAGE),
    );
    if (links.length === 0) return { count: seq, problem: undefined };
    const entries = await db.all(
      db.build
        .selectFrom('audit_log')
        .selectAll()
        .where('account_id', '=', accountId)
        .where(
          'id',
          'in',
          links.map(({ entry_id }) => entry_id),
        ),
    );
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    for (const link of links) {
      const entry = byId.get(link.entry_id);
      const place = `${accountId}: line ${seq + 1}`;
      if (link.seq !== seq + 1) return { count: seq, problem: `${place} of the chain is gone` };
      if (!entry) return { count: seq, problem: `${place} (${link.entry_id}) is gone from the log` };
      hash = hashEntry(hash, entry);
      if (hash !== link.hash) return { count: seq, problem: `${place} (${entry.id}) was changed` };
      seq = link.seq;
    }
  }
}
