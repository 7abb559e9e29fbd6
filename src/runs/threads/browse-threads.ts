import type { Database } from '../../db/index.ts';
import type { ResponseStore } from '../responses/response-store.ts';
import { conversationHas, type FoundWords, findWords, searchBound } from './search-threads.ts';
import { toConversation, toTurn } from './thread-rows.ts';
import type { Conversation, Turn } from './types.ts';

export interface ThreadBrowser {
  /** Newest activity first. `search`: words of the title, or of what was said; then `found` says where. */
  listConversations(
    accountId: string,
    filter: { agentId?: string | undefined; search?: string | undefined },
    page: { page: number; limit: number },
  ): Promise<{
    conversations: (Conversation & { found: FoundWords | undefined })[];
    total: number;
    /** What was said was searched in so many, the last active ones; undefined: in all. */
    searched: number | undefined;
  }>;
  /** All turns of a conversation, every branch, in the order in which they were made. */
  listTurns(accountId: string, conversationId: string): Promise<(Turn & { runId: string })[]>;
  /** Removes a conversation with its turns; what it cost stays on the log. Resolves to whether there was one. */
  deleteConversation(accountId: string, conversationId: string): Promise<boolean>;
}

export function createThreadBrowser(
  db: Database,
  responses: Pick<ResponseStore, 'forgetConversation'>,
): ThreadBrowser {
  return {
    async listConversations(accountId, { agentId, search }, { page, limit }) {
      let query = db.build.selectFrom('conversations').where('account_id', '=', accountId);
      if (agentId !== undefined) query = query.where('agent_id', '=', agentId);
      const words = search?.trim() ?? '';
      if (words !== '') query = query.where(conversationHas(db, accountId, words));
      const [searched, rows, counted] = await Promise.all([
        words === '' ? undefined : searchBound(db, accountId),
        db.scan(
          query
            .selectAll()
            .orderBy('updated_at', 'desc')
            .orderBy('id', 'desc')
            .limit(limit)
            .offset((page - 1) * limit),
        ),
        db.scan(query.select((eb) => eb.fn.countAll<number>().as('total'))),
      ]);
      const ids = rows.map(({ id }) => id);
      const found = words === '' ? undefined : await findWords(db, accountId, ids, words);
      return {
        total: counted[0]?.total ?? 0,
        searched,
        conversations: rows.map((row) => ({ ...toConversation(row), found: found?.get(row.id) })),
      };
    },

    async listTurns(accountId, conversationId) {
      const rows = await db.scan(
        db.build
          .selectFrom('turns')
          .selectAll()
          .where('conversation_id', '=', conversationId)
          .where('account_id', '=', accountId)
          .orderBy('created_at')
          .orderBy('id'),
      );
      return rows.map((row) => ({ ...toTurn(row), runId: row.run_id }));
    },

    async deleteConversation(accountId, conversationId) {
      const result = await db.write([
        db.statement(
          db.build
            .deleteFrom('conversations')
            .where('id', '=', conversationId)
            .where('account_id', '=', accountId),
          'conversation',
        ),
        db.statement(
          db.build
            .deleteFrom('turns')
            .where('conversation_id', '=', conversationId)
            .where('account_id', '=', accountId),
        ),
        db.statement(
          db.build
            .deleteFrom('begun_turns')
            .where('conversation_id', '=', conversationId)
            .where('account_id', '=', accountId),
        ),
        ...(await responses.forgetConversation(accountId, conversationId)),
      ]);
      return result.ok;
    },
  };
}
