import type { Database, Statement } from '../db/index.ts';
import { PURGE_CHUNKS } from './limits.ts';

/**
 * Deletes the text and chunks of a document, in small batches. Nothing may add to it at the time. With a guard in front
 * of each batch it may stop in between: false when the guard refused.
 */
export async function purgeContent(
  db: Database,
  accountId: string,
  documentId: string,
  guard?: Statement,
): Promise<boolean> {
  const { build } = db;
  const guards = guard ? [guard] : [];
  const someChunks = build
    .selectFrom('chunks')
    .where('account_id', '=', accountId)
    .where('document_id', '=', documentId)
    .orderBy('position')
    .limit(PURGE_CHUNKS)
    .select('id');
  const chunks = build.deleteFrom('chunks').where('account_id', '=', accountId).where('id', 'in', someChunks);
  const purge = [...guards, db.statement(chunks)];
  for (;;) {
    const result = await db.write(purge, { ack: 'applied' });
    if (!result.ok) return false;
    if ((result.changes.at(-1) ?? 0) < PURGE_CHUNKS) break;
  }
  const texts = build
    .deleteFrom('document_texts')
    .where('account_id', '=', accountId)
    .where('document_id', '=', documentId);
  return (await db.write([...guards, db.statement(texts)])).ok;
}
