import { type RawBuilder, sql } from 'kysely';
import type { Database, Statement } from '../db/index.ts';
import type { Passage } from '../tools/index.ts';
import type { SearchIndex, SearchScope } from './search-index.ts';
import { HEADING_WEIGHT, LONG_SEARCH_CHUNKS, type Match, matchesFor, NAME_WEIGHT } from './search-matches.ts';
import { createSearchScopes } from './search-scopes.ts';
import { termsOf } from './search-terms.ts';

/** Of BM25: how soon a further occurrence counts little, and how much a long chunk has to answer for its length. */
const K1 = 1.2;
const B = 0.75;
/** Words of a usual chunk. A fixed number, so that nobody's search depends on what others have stored. */
const USUAL_WORDS = 200;

/**
 * BM25 on tsvector. Every word is indexed with the number of its agent in front (`12_refund`), so that agents share an
 * index but no word. A word's place says where it stands: name, heading and text are marked A, B and D.
 */
export function createPostgresSearchIndex(db: Database): SearchIndex {
  const scopes = createSearchScopes(db);
  const statement = (query: RawBuilder<unknown>): Statement =>
    db.statement({ compile: () => query.compile(db.build) });

  return {
    async open(scope) {
      const id = await scopes.open(scope);
      return ({ documentId, position, documentName, heading, text }) => {
        const [name, head, body] = [termsOf(documentName), termsOf(heading), termsOf(text)];
        const words = { name: name.join(' '), heading: head.join(' '), body: body.join(' ') };
        const length = name.length + head.length + body.length;
        return statement(insertQuery({ id, documentId, position, words, length }));
      };
    },

    async search(scope, query, limit) {
      const matches = matchesFor(query);
      if (matches.length === 0) return [];
      const [id, ownChunks] = await Promise.all([scopes.find(scope), chunksOf(db, scope)]);
      if (id === undefined || ownChunks === 0) return [];
      const found = searchQuery(scope, { id, matches, ownChunks, limit });
      const compilable = { compile: () => found.compile(db.build) };
      return ownChunks > LONG_SEARCH_CHUNKS ? db.scan(compilable) : db.all(compilable);
    },
  };
}

async function chunksOf(db: Database, { accountId, agentId }: SearchScope): Promise<number> {
  const row = await db.first(
    db.build
      .selectFrom('documents')
      .select((eb) => eb.fn.sum<number>('chunk_count').as('own'))
      .where('account_id', '=', accountId)
      .where('agent_id', '=', agentId)
      .where('status', '=', 'ready'),
  );
  return row?.own ?? 0;
}

/** Terms hold letters, digits and underscores only, so that they may stand in a vector's or query's text. */
function insertQuery(chunk: {
  id: number;
  documentId: string;
  position: number;
  words: { name: string; heading: string; body: string };
  length: number;
}): RawBuilder<unknown> {
  const { id, documentId, position, words, length } = chunk;
  const placed = (text: string, offset: number, weight: string) =>
    sql`SELECT term, place + ${sql.lit(offset)} AS place, ${sql.lit(weight)} AS weight
      FROM unnest(string_to_array(${text}, ' ')) WITH ORDINALITY AS t (term, place)`;
  return sql`
    INSERT INTO chunk_words (chunk_id, words, length)
    SELECT chunks.id, vector.words, ${length} FROM chunks, (
      SELECT cast(coalesce(string_agg(
        '''' || ${`${id}_`} || coalesce((ts_lexize('muster_stem', term))[1], term) || ''':' || place || weight, ' '
      ), '') AS tsvector) AS words
      FROM (${placed(words.name, 0, 'A')} UNION ALL ${placed(words.heading, 1000, 'B')}
        UNION ALL ${placed(words.body, 2000, 'D')}) AS placed
    ) AS vector
    WHERE chunks.document_id = ${documentId} AND chunks.position = ${position}`;
}

/** `hits`: every chunk of the agent that has a term, with how often; words side by side count where they stand so. */
function searchQuery(
  { accountId, agentId }: SearchScope,
  query: { id: number; matches: readonly Match[]; ownChunks: number; limit: number },
): RawBuilder<Passage> {
  const { id, matches, ownChunks, limit } = query;
  return sql<Passage>`
    WITH terms AS MATERIALIZED (
      SELECT m.ordinality AS term, cast(m.value ->> 'weight' AS double precision) AS weight, (
        SELECT array_agg(${`${id}_`} || coalesce((ts_lexize('muster_stem', w.word))[1], w.word) ORDER BY w.ordinality)
        FROM jsonb_array_elements_text(m.value -> 'words') WITH ORDINALITY AS w (word, ordinality)
      ) AS lexemes
      FROM jsonb_array_elements(cast(${JSON.stringify(matches)} AS jsonb)) WITH ORDINALITY AS m (value, ordinality)
    ),
    hits AS MATERIALIZED (
      SELECT terms.term, terms.weight, chunk_words.chunk_id, chunk_words.length, (
        SELECT sum(CASE mark WHEN 'A' THEN ${sql.lit(NAME_WEIGHT)} WHEN 'B' THEN ${sql.lit(HEADING_WEIGHT)} ELSE 1 END)
        FROM unnest(chunk_words.words) AS word, unnest(word.positions, word.weights) AS spot (place, mark)
        WHERE word.lexeme = terms.lexemes[1] AND (cardinality(terms.lexemes) = 1 OR EXISTS (
          SELECT 1 FROM unnest(chunk_words.words) AS next
          WHERE next.lexeme = terms.lexemes[2] AND spot.place + 1 = ANY (next.positions)
        ))
      ) AS times
      FROM terms JOIN chunk_words
        ON chunk_words.words @@ cast('''' || array_to_string(terms.lexemes, ''' <-> ''') || '''' AS tsquery)
    ),
    rarity AS MATERIALIZED (
      SELECT term, ln(1 + greatest(0, ${ownChunks} - count(*) + 0.5) / (count(*) + 0.5)) AS factor
      FROM hits GROUP BY term
    ),
    best AS MATERIALIZED (
      SELECT hits.chunk_id, sum(hits.weight * rarity.factor * hits.times * ${sql.lit(K1 + 1)}
        / (hits.times + ${sql.lit(K1)} * (1 - ${sql.lit(B)} + ${sql.lit(B)} * hits.length / ${sql.lit(USUAL_WORDS)}))) AS score
      FROM hits JOIN rarity ON rarity.term = hits.term
      JOIN chunks ON chunks.id = hits.chunk_id
      JOIN documents ON documents.id = chunks.document_id
      WHERE documents.account_id = ${accountId} AND documents.agent_id = ${agentId} AND documents.status = 'ready'
      GROUP BY hits.chunk_id ORDER BY score DESC, hits.chunk_id LIMIT ${limit}
    )
    SELECT documents.id AS "documentId", documents.name AS "documentName", chunks.heading AS heading,
      chunks.text AS text, chunks.start_offset AS start, chunks.end_offset AS "end", best.score AS score
    FROM best JOIN chunks ON chunks.id = best.chunk_id
    JOIN documents ON documents.id = chunks.document_id
    ORDER BY best.score DESC, best.chunk_id`;
}
