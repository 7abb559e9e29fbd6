import type { Database, Statement } from '../../db/index.ts';
import type { Item } from '../../models/index.ts';
import { turnOfItem } from './item-ids.ts';
import { type TurnRow, toTurn } from './thread-rows.ts';
import type { ThreadStore } from './thread-store.ts';
import { titleOf } from './title-of.ts';
import type { Conversation, StoredItem } from './types.ts';

export type Metadata = Readonly<Record<string, string>>;

/** Changes to conversations that are no turn of an agent's: made by whoever keeps a session in them. */
export interface ThreadEditor {
  /** An empty conversation, which gets its agent and title with its first turn. */
  createConversation(
    accountId: string,
    conversation: { readonly id: string; readonly metadata: Metadata; readonly now: number },
  ): Statement;
  /** Resolves to whether there is such a conversation. */
  setMetadata(accountId: string, conversationId: string, metadata: Metadata): Promise<boolean>;
  /** The statements that put items behind the newest turn, as a turn without an answer. */
  addItems(
    accountId: string,
    conversation: Pick<Conversation, 'id' | 'newestTurnId'>,
    added: { readonly turnId: string; readonly items: readonly Item[]; readonly now: number },
  ): Statement[];
  /** What stands behind an item id: several items for a server's tool call with its result, or for reasoning. */
  findItems(accountId: string, itemId: string): Promise<FoundItems | undefined>;
  /** Takes an item (a tool call of the server's with its result) out of its conversation. Resolves to whether it was there. */
  removeItem(accountId: string, itemId: string): Promise<boolean>;
}

export interface FoundItems {
  readonly conversationId: string;
  readonly agentId: string;
  readonly items: readonly StoredItem[];
}

const MAX_TRIES = 5;

export function createThreadEditor(db: Database, threads: ThreadStore): ThreadEditor {
  return {
    createConversation: (accountId, { id, metadata, now }) =>
      db.statement(
        db.build.insertInto('conversations').values({
          id,
          account_id: accountId,
          agent_id: '',
          title: '',
          newest_turn_id: '',
          turn_count: 0,
          end_user: null,
          created_at: now,
          updated_at: now,
          metadata: JSON.stringify(metadata),
        }),
      ),

    async setMetadata(accountId, conversationId, metadata) {
      const update = db.build
        .updateTable('conversations')
        .set({ metadata: JSON.stringify(metadata) })
        .where('id', '=', conversationId)
        .where('account_id', '=', accountId);
      return (await db.write([db.statement(update, 'conversation')])).ok;
    },

    addItems: (accountId, conversation, { turnId, items, now }) =>
      threads.saveTurn(accountId, {
        turn: {
          id: turnId,
          conversationId: conversation.id,
          parentId: conversation.newestTurnId === '' ? undefined : conversation.newestTurnId,
          agentId: '',
          status: 'completed',
          input: items,
          output: [],
          createdAt: now,
        },
        runId: '',
        title: '',
        endUser: undefined,
      }),

    async findItems(accountId, itemId) {
      const turnId = turnOfItem(itemId);
      if (turnId === undefined) return undefined;
      const [turn, lists] = await Promise.all([
        threads.findTurn(accountId, turnId),
        threads.turnItems(accountId, turnId),
      ]);
      if (!turn || !lists) return undefined;
      const items = [...lists.input, ...lists.output].filter(({ id }) => id === itemId);
      if (items.length === 0) return undefined;
      return { conversationId: turn.conversationId, agentId: turn.agentId, items };
    },

    async removeItem(accountId, itemId) {
      const turnId = turnOfItem(itemId);
      if (turnId === undefined) return false;
      for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
        if (!(await this.findItems(accountId, itemId))) return false;
        const row = await db.first(
          db.build
            .selectFrom('turns')
            .selectAll()
            .where('id', '=', turnId)
            .where('account_id', '=', accountId),
        );
        if (!row) return false;
        const removed: string[] = row.removed === null ? [] : JSON.parse(row.removed);
        const next = { ...row, removed: JSON.stringify([...removed, itemId]) };
        const update = db.build
          .updateTable('turns')
          .set({ removed: next.removed })
          .where('id', '=', turnId)
          .where('account_id', '=', accountId)
          .where('removed', row.removed === null ? 'is' : '=', row.removed);
        const written = await db.write([
          db.statement(update, 'unchanged'),
          ...(await rename(accountId, row, next)),
        ]);
        // Somebody else took another item out in the meantime: look again.
        if (written.ok) return true;
      }
      throw new Error(`The turn ${turnId} is changed by others all the time`);
    },
  };

  /** A conversation is not called by words that were taken out of it, but by the first that are left. */
  async function rename(accountId: string, before: TurnRow, now: TurnRow): Promise<Statement[]> {
    const title = titleOf(toTurn(before).input);
    if (title === '' || title === titleOf(toTurn(now).input)) return [];
    const conversation = await threads.findConversation(accountId, now.conversation_id);
    if (conversation?.title !== title) return [];
    const rows = await db.scan(
      db.build
        .selectFrom('turns')
        .selectAll()
        .where('conversation_id', '=', conversation.id)
        .where('account_id', '=', accountId)
        // What was put in without an answer gives no title.
        .where('run_id', '!=', '')
        .orderBy('created_at')
        .orderBy('id'),
    );
    const titles = rows.map((row) => titleOf(toTurn(row.id === now.id ? now : row).input));
    const update = db.build
      .updateTable('conversations')
      .set({ title: titles.find((each) => each !== '') ?? '' })
      .where('id', '=', conversation.id)
      .where('account_id', '=', accountId)
      .where('title', '=', title);
    return [db.statement(update)];
  }
}
