import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import type { Database, Invariant, InvariantCheck } from '../db/index.ts';
import { createUploadFiles } from './upload-files.ts';

/** One that is read again has its earlier text until that is purged. */
const HAS_TEXT = sql`(status = 'ready' OR (status = 'indexing' AND reread = 1))`;

/** A document is searchable as a whole or not at all. */
export const knowledgeInvariants: readonly Invariant[] = [
  {
    name: 'Each document that is ready has all its passages',
    count: sql`SELECT count(*) AS count FROM documents WHERE ${HAS_TEXT}`,
    broken: sql`
      SELECT documents.id || ' (' || name || '): its passages are counted as ' || chunk_count
        || ', there are ' || coalesce(own.chunks, 0) AS problem
      FROM documents LEFT JOIN (
        SELECT document_id, count(*) AS chunks FROM chunks GROUP BY document_id
      ) AS own ON own.document_id = documents.id
      WHERE ${HAS_TEXT} AND (chunk_count <> coalesce(own.chunks, 0) OR chunk_count = 0)`,
  },
  {
    name: 'Each document that is ready has its text',
    count: sql`SELECT count(*) AS count FROM documents WHERE ${HAS_TEXT}`,
    broken: sql`
      SELECT id || ' (' || name || '): there is no text of it' AS problem
      FROM documents
      WHERE ${HAS_TEXT} AND NOT EXISTS (SELECT 1 FROM document_texts WHERE document_id = documents.id)`,
  },
  {
    name: 'No document that waits or failed has passages',
    count: sql`SELECT count(*) AS count FROM documents WHERE status IN ('queued', 'failed')`,
    broken: sql`
      SELECT id || ' (' || name || '): it is ' || status || ' and has passages' AS problem
      FROM documents
      WHERE status IN ('queued', 'failed') AND EXISTS (SELECT 1 FROM chunks WHERE document_id = documents.id)`,
  },
  {
    name: 'Each passage is of its document’s account and agent',
    count: sql`SELECT count(*) AS count FROM chunks`,
    broken: sql`
      SELECT chunks.document_id || ': its passage ' || chunks.position || ' is of another agent' AS problem
      FROM chunks JOIN documents ON documents.id = chunks.document_id
      WHERE chunks.account_id <> documents.account_id OR chunks.agent_id <> documents.agent_id`,
  },
  {
    name: 'Each passage stands in the search index, and nothing else does',
    count: sql`SELECT count(*) AS count FROM chunks`,
    broken: {
      sqlite: notAsIndexed(sql`SELECT id FROM chunks_fts_docsize`),
      postgres: notAsIndexed(sql`SELECT chunk_id AS id FROM chunk_words`),
    },
  },
];

function notAsIndexed(indexed: RawBuilder<unknown>): RawBuilder<{ problem: string }> {
  return sql<{ problem: string }>`
    SELECT document_id || ': its passage ' || chunks.position || ' is not in the search index' AS problem
    FROM chunks WHERE id NOT IN (${indexed})
    UNION ALL
    SELECT 'the search index has the words of passage ' || id || ', which is not there' AS problem
    FROM (${indexed}) AS indexed WHERE id NOT IN (SELECT id FROM chunks)`;
}

const OTHER_SIZE = sql`coalesce(octet_length(uploads.bytes), -1) <> documents.size_bytes`;

/** Where uploaded files are rows, a snapshot has those of its documents. */
export const uploadRowsInvariant: Invariant = {
  name: 'Each document has its uploaded file',
  count: sql`SELECT count(*) AS count FROM documents WHERE status <> 'deleting' AND size_bytes > 0`,
  broken: sql`
    SELECT documents.id || ' (' || name || '): ' || CASE WHEN uploads.bytes IS NULL THEN 'its file is missing'
      ELSE 'its file has ' || octet_length(uploads.bytes) || ' bytes, not ' || size_bytes END AS problem
    FROM documents LEFT JOIN uploads ON uploads.document_id = documents.id
    WHERE status <> 'deleting' AND size_bytes > 0 AND ${OTHER_SIZE}`,
};

/** The documents that have a file, with what it should be like. */
export async function listUploads(
  db: Pick<Database, 'build' | 'all'>,
): Promise<{ readonly id: string; readonly name: string; readonly sizeBytes: number }[]> {
  return db.all(uploads(db));
}

/**
 * Whether the uploaded file of each document is there and of its size. `db` reads the present, not a snapshot: a document
 * that was deleted while the files were looked at is no problem.
 */
export async function checkUploads(
  db: Pick<Database, 'build' | 'all'>,
  home: string,
): Promise<InvariantCheck> {
  const files = createUploadFiles(join(home, 'uploads'));
  const documents = await listUploads(db);
  const problems: string[] = [];
  for (const { id, name, sizeBytes } of documents) {
    const size = await files.size(id);
    if (size === sizeBytes) continue;
    if ((await db.all(uploads(db).where('id', '=', id))).length === 0) continue;
    const found = size === undefined ? 'its file is missing' : `its file has ${size} bytes, not ${sizeBytes}`;
    problems.push(`${id} (${name}): ${found}`);
  }
  return { name: 'Each document has its uploaded file', count: documents.length, problems };
}

function uploads(db: Pick<Database, 'build'>) {
  return (
    db.build
      .selectFrom('documents')
      .where('status', '<>', 'deleting')
      // What is still to be fetched has no file yet.
      .where('size_bytes', '>', 0)
      .select(['id', 'name', 'size_bytes as sizeBytes'])
  );
}
