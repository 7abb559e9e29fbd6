import type { Database, Statement } from '../db/index.ts';
import { createPostgresSearchIndex } from './postgres-search-index.ts';
import { createSqliteSearchIndex } from './sqlite-search-index.ts';

const BATCH = 200;

/**
 * Makes the chunks of all documents findable in a database that was given the chunks but no index of them.
 * Returns how many chunks that were.
 */
export async function indexAgain(db: Database): Promise<number> {
  const index = db.dialect === 'sqlite' ? createSqliteSearchIndex(db) : createPostgresSearchIndex(db);
  const documents = await db.scan(
    db.build
      .selectFrom('documents')
      .select(['id', 'account_id', 'agent_id', 'name'])
      .where('chunk_count', '>', 0)
      .orderBy('id'),
  );
  let count = 0;
  for (const { id, account_id: accountId, agent_id: agentId, name } of documents) {
    const add = await index.open({ accountId, agentId });
    const chunks = await db.scan(
      db.build
        .selectFrom('chunks')
        .select(['position', 'heading', 'text'])
        .where('document_id', '=', id)
        .where('account_id', '=', accountId)
        .orderBy('position'),
    );
    let statements: Statement[] = [];
    for (const { position, heading, text } of chunks) {
      statements.push(add({ documentId: id, position, documentName: name, heading, text }));
      if (statements.length >= BATCH) {
        await db.write(statements);
        statements = [];
      }
    }
    if (statements.length > 0) await db.write(statements);
    count += chunks.length;
  }
  return count;
}
