import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Database, Schema, Statement } from '../../db/index.ts';
import {
  type ConversationRow,
  TURN_COLUMNS,
  type TurnRow,
  toConversation,
  toStoredItems,
  toTurn,
} from './thread-rows.ts';
import type { Conversation, StoredItem, Turn } from './types.ts';

export interface NewTurn {
  readonly turn: Turn;
  readonly runId: string;
  /** Used when the conversation begins with this turn. */
  readonly title: string;
  readonly endUser: string | undefined;
}

export interface ThreadStore {
  findConversation(accountId: string, conversationId: string): Promise<Conversation | undefined>;
  findTurn(accountId: string, turnId: string): Promise<Turn | undefined>;
  /** The turns from the conversation's first to `leafId`, in order; empty when there is no such turn. */
  path(accountId: string, leafId: string): Promise<Turn[]>;
  /** The items from the conversation's first to the end of the turn `leafId`, without those that were taken out. */
  items(accountId: string, leafId: string): Promise<StoredItem[]>;
  /** Those of one turn. */
  turnItems(
    accountId: string,
    turnId: string,
  ): Promise<{ readonly input: StoredItem[]; readonly output: StoredItem[] } | undefined>;
  /** The statements that keep a turn and make it the newest of its conversation, which begins with its first turn. */
  saveTurn(accountId: string, turn: NewTurn): Statement[];
}

export function createThreadStore(db: Database): ThreadStore {
  const readConversation = db.prepareRead<{ accountId: string; id: string }, ConversationRow>(
    (queries, param) =>
      queries
        .selectFrom('conversations')
        .select([
          'id',
          'agent_id',
          'title',
          'newest_turn_id',
          'turn_count',
          'end_user',
          'created_at',
          'updated_at',
          'metadata',
        ])
        .where('id', '=', param('id'))
        .where('account_id', '=', param('accountId')),
  );
  const readTurn = db.prepareRead<{ accountId: string; id: string }, TurnRow>((queries, param) =>
    queries
      .selectFrom('turns')
      .select(TURN_COLUMNS)
      .where('id', '=', param('id'))
      .where('account_id', '=', param('accountId')),
  );
  const readPath = db.prepareRead<{ accountId: string; id: string }, TurnRow>((queries, param) =>
    queries
      .withRecursive('path', (recursion) =>
        recursion
          .selectFrom('turns')
          .select([...TURN_COLUMNS, sql<number>`0`.as('distance')])
          .where('id', '=', param('id'))
          .where('account_id', '=', param('accountId'))
          .unionAll(
            recursion
              .selectFrom('turns')
              .innerJoin('path', 'path.parent_id', 'turns.id')
              .select([
                'turns.id',
                'turns.conversation_id',
                'turns.parent_id',
                'turns.agent_id',
                'turns.status',
                'turns.input',
                'turns.output',
                'turns.created_at',
                'turns.removed',
                sql<number>`path.distance + 1`.as('distance'),
              ])
              .where('turns.account_id', '=', param('accountId')),
          ),
      )
      .selectFrom('path')
      .select(TURN_COLUMNS)
      .orderBy('distance', 'desc'),
  );
  const insertTurn = db.prepare<{
    id: string;
    accountId: string;
    conversationId: string;
    parentId: string | null;
    agentId: string;
    runId: string;
    status: string;
    input: string;
    output: string;
    now: number;
  }>((queries, param) =>
    queries
      .insertInto('turns')
      .columns([
        'id',
        'account_id',
        'conversation_id',
        'parent_id',
        'agent_id',
        'run_id',
        'status',
        'input',
        'output',
        'created_at',
      ])
      .expression(
        queries
          .selectNoFrom([
            sql`${param('id')}`.as('id'),
            sql`${param('accountId')}`.as('account_id'),
            sql`${param('conversationId')}`.as('conversation_id'),
            sql`${param('parentId')}`.as('parent_id'),
            sql`${param('agentId')}`.as('agent_id'),
            sql`${param('runId')}`.as('run_id'),
            sql`${param('status')}`.as('status'),
            sql`${param('input')}`.as('input'),
            sql`${param('output')}`.as('output'),
            sql`${param('now')}`.as('created_at'),
          ])
          .where(parentIsThere(param('parentId'), param('accountId'))),
      ),
  );
  const upsertConversation = db.prepare<{
    id: string;
    accountId: string;
    agentId: string;
    title: string;
    turnId: string;
    parentId: string | null;
    endUser: string | null;
    now: number;
  }>((queries, param) =>
    queries
      .insertInto('conversations')
      .columns([
        'id',
        'account_id',
        'agent_id',
        'title',
        'newest_turn_id',
        'turn_count',
        'end_user',
        'created_at',
        'updated_at',
      ])
      .expression(
        queries
          .selectNoFrom([
            sql`${param('id')}`.as('id'),
            sql`${param('accountId')}`.as('account_id'),
            sql`${param('agentId')}`.as('agent_id'),
            sql`${param('title')}`.as('title'),
            sql`${param('turnId')}`.as('newest_turn_id'),
            sql`1`.as('turn_count'),
            sql`${param('endUser')}`.as('end_user'),
            sql`${param('now')}`.as('created_at'),
            sql`${param('now')}`.as('updated_at'),
          ])
          .where(parentIsThere(param('parentId'), param('accountId'))),
      )
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((eb) => ({
            agent_id: firstGiven(eb, 'agent_id'),
            title: firstGiven(eb, 'title'),
            newest_turn_id: eb.ref('excluded.newest_turn_id'),
            turn_count: eb('conversations.turn_count', '+', 1),
            updated_at: eb.ref('excluded.updated_at'),
          }))
          .whereRef('conversations.account_id', '=', 'excluded.account_id'),
      ),
  );

  return {
    async findConversation(accountId, id) {
      const [row] = await readConversation({ accountId, id });
      return row && toConversation(row);
    },
    async findTurn(accountId, id) {
      const [row] = await readTurn({ accountId, id });
      return row && toTurn(row);
    },
    async path(accountId, id) {
      return (await readPath({ accountId, id })).map(toTurn);
    },
    async items(accountId, id) {
      return (await readPath({ accountId, id })).flatMap((row) => {
        const { input, output } = toStoredItems(row);
        return [...input, ...output];
      });
    },
    async turnItems(accountId, id) {
      const [row] = await readTurn({ accountId, id });
      return row && toStoredItems(row);
    },
    saveTurn(accountId, { turn, runId, title, endUser }) {
      return [
        upsertConversation({
          id: turn.conversationId,
          accountId,
          agentId: turn.agentId,
          title,
          turnId: turn.id,
          parentId: turn.parentId ?? null,
          endUser: endUser ?? null,
          now: turn.createdAt,
        }),
        insertTurn({
          id: turn.id,
          accountId,
          conversationId: turn.conversationId,
          parentId: turn.parentId ?? null,
          agentId: turn.agentId,
          runId,
          status: turn.status,
          input: JSON.stringify(turn.input),
          output: JSON.stringify(turn.output),
          now: turn.createdAt,
        }),
      ];
    },
  };
}

/** What a conversation that was made by itself gets from its first turn. */
function firstGiven(
  eb: ExpressionBuilder<Schema & { excluded: Schema['conversations'] }, 'conversations' | 'excluded'>,
  column: 'agent_id' | 'title',
): RawBuilder<string> {
  return sql<string>`coalesce(nullif(${eb.ref(`conversations.${column}`)}, ''), ${eb.ref(`excluded.${column}`)})`;
}

/** A conversation that was deleted while a turn of it ran stays deleted: the turn is billed, and kept nowhere. */
function parentIsThere(parentId: string | null, accountId: string) {
  return sql<boolean>`(cast(${parentId} as text) is null or exists (select 1 from turns as parent where parent.id = ${parentId} and parent.account_id = ${accountId}))`;
}
