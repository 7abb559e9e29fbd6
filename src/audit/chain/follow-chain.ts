import type { AuditLogTable, Database } from '../../db/index.ts';
import { hashEntry } from './hash-entry.ts';

/** A line's number and what it hashes to with all before it. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}

export interface FollowedLine extends ChainPlace {
  readonly entry: AuditLogTable;
}

/**
 * At most `limit` lines of an account that come after a place of its chain: each the next one, there, and as it was written.
 * The first that is not is the `problem`, and ends them.
 */
export async function followChain(
  db: Pick<Database, 'build' | 'all'>,
  accountId: string,
  from: ChainPlace,
  limit: number,
): Promise<{ readonly lines: FollowedLine[]; readonly problem: string | undefined }> {
  const links = await db.all(
    db.build
      .selectFrom('audit_chain')
      .select(['seq', 'hash', 'entry_id'])
      .where('account_id', '=', accountId)
      .where('seq', '>', from.seq)
      .orderBy('seq')
      .limit(limit),
  );
  if (links.length === 0) return { lines: [], problem: undefined };
  const ids = links.map(({ entry_id }) => entry_id);
  const entries = await db.all(
    db.build.selectFrom('audit_log').selectAll().where('account_id', '=', accountId).where('id', 'in', ids),
  );
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const lines: FollowedLine[] = [];
  let { seq, hash } = from;
  const end = (problem?: string) => ({ lines, problem });
  for (const link of links) {
    const entry = byId.get(link.entry_id);
    seq += 1;
    if (link.seq !== seq) return end(`line ${seq} of the chain is gone`);
    if (!entry) return end(`line ${seq} (${link.entry_id}) is gone from the log`);
    hash = hashEntry(hash, entry);
    if (hash !== link.hash) return end(`line ${seq} (${entry.id}) was changed`);
    lines.push({ seq, hash, entry });
  }
  return end();
}
