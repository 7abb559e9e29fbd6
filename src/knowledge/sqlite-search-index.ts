import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/index.ts';
import type { Passage } from '../tools/index.ts';
import type { SearchIndex, SearchScope } from './search-index.ts';
import { HEADING_WEIGHT, LONG_SEARCH_CHUNKS, matchesFor, NAME_WEIGHT } from './search-matches.ts';
import { createSearchScopes } from './search-scopes.ts';
import { termsOf } from './search-terms.ts';

/**
 * BM25 on FTS5. Every word is indexed with the number of its agent in front (`12_refund`), so that agents share a table
 * but no word: a search reads only its agent's entries, at the same cost however many others there are, and cannot match
 * anybody else's text.
 *
 * FTS5 would still weigh words by how rare they are in the whole table. So each word is matched by itself, its rarity
 * over all is divided out of its score and its rarity among the agent's own chunks put in place.
 */
export function createSqliteSearchIndex(db: Database): SearchIndex {
  const scopes = createSearchScopes(db);

  return {
    async open(scope) {
      const id = await scopes.open(scope);
      return ({ documentId, position, documentName, heading, text }) => ({
        sql: INSERT,
        params: [scoped(id, documentName), scoped(id, heading), scoped(id, text), documentId, position],
      });
    },

    async search(scope, query, limit) {
      const matches = matchesFor(query);
      if (matches.length === 0) return [];
      const id = await scopes.find(scope);
      if (id === undefined) return [];
      const sizes = await db.first(sizesQuery(db, scope));
      const ownChunks = sizes?.own ?? 0;
      if (ownChunks === 0) return [];
      const terms = matches.map(({ words, weight }) => [
        `"${words.map((word) => `${id}_${word}`).join(' ')}"`,
        weight,
      ]);
      const rows = searchQuery(db, scope, {
        terms: JSON.stringify(terms),
        ownChunks,
        allChunks: firstVarint(sizes?.totals),
        limit,
      });
      return ownChunks > LONG_SEARCH_CHUNKS ? db.scan(rows) : db.all(rows);
    },
  };
}

const INSERT = `INSERT INTO chunks_fts (rowid, name, heading, body)
SELECT id, ?, ?, ? FROM chunks WHERE document_id = ? AND position = ?`;

function scoped(id: number, text: string): string {
  return termsOf(text)
    .map((term) => `${id}_${term}`)
    .join(' ');
}

/** The agent's ready chunks, and FTS5's record of its own totals, which begins with the number of all rows. */
function sizesQuery(db: Database, { accountId, agentId }: SearchScope) {
  return compilable(
    db,
    sql<{ own: number; totals: Uint8Array | null }>`
      SELECT coalesce(sum(chunk_count), 0) AS own, (SELECT block FROM chunks_fts_data WHERE id = 1) AS totals
      FROM documents WHERE account_id = ${accountId} AND agent_id = ${agentId} AND status = 'ready'`,
  );
}

/**
 * `hits`: every chunk of the agent that has a term, with FTS5's score for that term alone. It is the term's rarity (an
 * idf, at least 1e-6) times how much of the chunk it makes up; the outer query swaps the idf. Chunks exist before their
 * document is ready and for a moment after it was deleted: those are `hidden`.
 */
function searchQuery(
  db: Database,
  { accountId, agentId }: SearchScope,
  query: { terms: string; ownChunks: number; allChunks: number; limit: number },
) {
  const { terms, ownChunks, allChunks, limit } = query;
  return compilable(
    db,
    sql<Passage>`
      WITH terms AS (SELECT key AS term, value ->> 0 AS match, value ->> 1 AS weight FROM json_each(${terms})),
      hits AS MATERIALIZED (
        SELECT terms.term, terms.weight, chunks_fts.rowid AS chunk_id,
          -bm25(chunks_fts, ${NAME_WEIGHT}, ${HEADING_WEIGHT}, 1.0) AS score
        FROM terms CROSS JOIN chunks_fts ON chunks_fts MATCH terms.match
      ),
      rarity AS MATERIALIZED (
        SELECT term,
          ln(1 + max(0, ${ownChunks} - count(*) + 0.5) / (count(*) + 0.5))
          / max(1e-6, ln(max(0.5, ${allChunks} - count(*) + 0.5) / (count(*) + 0.5))) AS factor
        FROM hits GROUP BY term
      ),
      hidden AS (
        SELECT chunks.id FROM documents JOIN chunks ON chunks.document_id = documents.id
        WHERE documents.account_id = ${accountId} AND documents.agent_id = ${agentId}
          AND documents.status IN ('indexing', 'deleting')
      ),
      best AS MATERIALIZED (
        SELECT hits.chunk_id, sum(hits.score * hits.weight * rarity.factor) AS score
        FROM hits JOIN rarity ON rarity.term = hits.term
        WHERE hits.chunk_id NOT IN hidden
        GROUP BY hits.chunk_id ORDER BY score DESC, hits.chunk_id LIMIT ${limit}
      )
      SELECT documents.id AS "documentId", documents.name AS "documentName", chunks.heading AS heading,
        chunks.text AS text, chunks.start_offset AS start, chunks.end_offset AS "end", best.score AS score
      FROM best CROSS JOIN chunks ON chunks.id = best.chunk_id
      JOIN documents ON documents.id = chunks.document_id
      WHERE documents.account_id = ${accountId} AND documents.agent_id = ${agentId} AND documents.status = 'ready'
      ORDER BY best.score DESC, best.chunk_id`,
  );
}

/** A raw query in the form that Database runs. */
function compilable<Row>(db: Database, query: RawBuilder<Row>): { compile(): CompiledQuery<Row> } {
  return { compile: () => query.compile(db.build) };
}

/** SQLite's variable-length integer: seven bits a byte, the highest first, the last byte without its top bit. */
function firstVarint(bytes: Uint8Array | null | undefined): number {
  let value = 0;
  for (const byte of bytes ?? []) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return value;
}
