import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../../db/index.ts';
import { type TurnRow, toTurn } from './thread-rows.ts';
import type { Turn } from './types.ts';

/** So many conversations, the last active ones, are searched for what was said in them. */
export const MAX_SEARCHED = 5_000;
/** Shown on either side of what was found. */
const EXCERPT_CHARS = 60;

/** Where in a conversation the words are. */
export interface FoundWords {
  readonly turnId: string;
  readonly excerpt: string;
}

/** Of how many conversations what was said is searched; undefined: of all that the account has. */
export async function searchBound(
  db: Pick<Database, 'build' | 'scan'>,
  accountId: string,
): Promise<number | undefined> {
  const more = db.build.selectFrom('conversations').select('id').where('account_id', '=', accountId);
  return (await db.scan(more.limit(1).offset(MAX_SEARCHED))).length > 0 ? MAX_SEARCHED : undefined;
}

/** True of the account's conversations of which the title or something that was said has the words. */
export function conversationHas(
  db: Pick<Database, 'dialect'>,
  accountId: string,
  words: string,
): RawBuilder<SqlBool> {
  const pattern = `%${escapeLike(fold(words))}%`;
  return sql<SqlBool>`(lower(title) like ${pattern} escape '\\' or id in (
    select turns.conversation_id from turns
    where turns.account_id = ${accountId} and ${turnHas(db, words)} and turns.conversation_id in (
      select latest.id from conversations as latest where latest.account_id = ${accountId}
      order by latest.updated_at desc limit ${MAX_SEARCHED})))`;
}

/** The first place in each of the conversations at which the words were said. */
export async function findWords(
  db: Pick<Database, 'build' | 'dialect' | 'scan'>,
  accountId: string,
  conversationIds: readonly string[],
  words: string,
): Promise<ReadonlyMap<string, FoundWords>> {
  if (conversationIds.length === 0) return new Map();
  const matching = db.build
    .selectFrom('turns')
    .where('account_id', '=', accountId)
    .where('conversation_id', 'in', [...conversationIds])
    .where(turnHas(db, words));
  const rows: TurnRow[] = await db.scan(
    db.build
      .selectFrom('turns')
      .selectAll()
      .where('account_id', '=', accountId)
      // Ids of turns sort by time.
      .where(
        'id',
        'in',
        matching.select((eb) => eb.fn.min<string>('id').as('id')).groupBy('conversation_id'),
      ),
  );
  return new Map(
    rows.flatMap((row) => {
      const excerpt = excerptOf(toTurn(row), words);
      return excerpt === undefined ? [] : [[row.conversation_id, { turnId: row.id, excerpt }] as const];
    }),
  );
}

/** What was taken out of a turn must not be found, so a turn of which something was is left out. */
function turnHas(db: Pick<Database, 'dialect'>, words: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(turns.removed is null and (${itemsHave(db, 'input', words)} or ${itemsHave(db, 'output', words)}))`;
}

/**
 * Whether a message that people saw has the words. The first test is of the stored text as it is, which is fast and lets
 * through everything that could match; the second reads it.
 */
function itemsHave(
  { dialect }: Pick<Database, 'dialect'>,
  column: 'input' | 'output',
  words: string,
): RawBuilder<SqlBool> {
  const items = sql.ref(`turns.${column}`);
  const pattern = `%${escapeLike(fold(words))}%`;
  const stored = `%${escapeLike(JSON.stringify(fold(words)).slice(1, -1))}%`;
  const mayHave = sql<SqlBool>`lower(${items}) like ${stored} escape '\\'`;
  if (dialect === 'sqlite') {
    return sql<SqlBool>`(${mayHave} and exists (
      select 1 from json_each(${items}) as item, json_each(item.value, '$.content') as part
      where item.value ->> 'type' = 'message' and item.value ->> 'role' in ('user', 'assistant')
        and lower(part.value ->> 'text') like ${pattern} escape '\\'))`;
  }
  // jsonb has no place for NUL and for halves of surrogate pairs.
  return sql<SqlBool>`case when not ${mayHave} or ${items} ~ ${'\\\\u(0000|[dD][89a-fA-F])'} then false else exists (
      select 1 from jsonb_path_query(${items}::jsonb,
        '$[*] ? (@.type == "message" && (@.role == "user" || @.role == "assistant")).content[*].text') as said(words)
      where lower(said.words #>> '{}') like ${pattern} escape '\\') end`;
}

function excerptOf({ input, output }: Pick<Turn, 'input' | 'output'>, words: string): string | undefined {
  const wanted = fold(words);
  for (const item of [...input, ...output]) {
    if (item.type !== 'message' || (item.role !== 'user' && item.role !== 'assistant')) continue;
    for (const part of item.content) {
      if (part.type !== 'text' && part.type !== 'refusal') continue;
      const at = fold(part.text).indexOf(wanted);
      if (at !== -1) return cut(part.text, at, at + words.length);
    }
  }
  return undefined;
}

function cut(text: string, from: number, to: number): string {
  const [start, end] = [Math.max(0, from - EXCERPT_CHARS), Math.min(text.length, to + EXCERPT_CHARS)];
  const middle = text.slice(start, end).replaceAll(/\s+/g, ' ').trim().toWellFormed();
  return `${start > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}

/** Both databases fold ASCII letters only. */
function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
