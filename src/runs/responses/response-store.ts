import type { Database, Statement } from '../../db/index.ts';
import type { Turn } from '../threads/types.ts';

/** A turn as the Responses API shows it. `request` and `ending` are that API's own JSON. */
export interface StoredResponse {
  /** Of the turn. */
  readonly id: string;
  readonly agentId: string;
  readonly runId: string;
  readonly conversationId: string | null;
  readonly status: string;
  readonly background: boolean;
  readonly request: string;
  /** See RunRecording. */
  readonly recording: string | null;
  readonly ending: string | null;
  readonly createdAt: number;
}

export interface ResponseStore {
  /** Also one that is deleted (status `deleted`), which has nothing left but its id. */
  find(accountId: string, id: string): Promise<StoredResponse | undefined>;
  /** The statement that keeps a response, or brings the one of this id up to date. */
  save(accountId: string, response: StoredResponse): Statement;
  /**
   * Forgets a response and, where nothing was said after it, its turn; a conversation that is empty then goes with it.
   * Resolves to whether there was one.
   */
  remove(accountId: string, id: string, turn: Turn | undefined): Promise<boolean>;
  /** The statements that remove all responses of a conversation. */
  forgetConversation(accountId: string, conversationId: string): Promise<Statement[]>;
}

interface Row {
  id: string;
  agent_id: string;
  run_id: string;
  conversation_id: string | null;
  status: string;
  background: number;
  request: string;
  recording: string | null;
  ending: string | null;
  created_at: number;
}

export function createResponseStore(
  db: Database,
  forgetJob: (accountId: string, jobId: string) => readonly Statement[],
): ResponseStore {
  const read = db.prepareRead<{ accountId: string; id: string }, Row>((queries, param) =>
    queries
      .selectFrom('responses')
      .select([
        'id',
        'agent_id',
        'run_id',
        'conversation_id',
        'status',
        'background',
        'request',
        'recording',
        'ending',
        'created_at',
      ])
      .where('id', '=', param('id'))
      .where('account_id', '=', param('accountId')),
  );
  const upsert = db.prepare<{
    id: string;
    accountId: string;
    agentId: string;
    runId: string;
    conversationId: string | null;
    status: string;
    background: number;
    request: string;
    recording: string | null;
    ending: string | null;
    createdAt: number;
  }>((queries, param) =>
    queries
      .insertInto('responses')
      .values({
        id: param('id'),
        account_id: param('accountId'),
        agent_id: param('agentId'),
        run_id: param('runId'),
        conversation_id: param('conversationId'),
        status: param('status'),
        background: param('background'),
        request: param('request'),
        recording: param('recording'),
        ending: param('ending'),
        created_at: param('createdAt'),
      })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((eb) => ({
            status: eb.ref('excluded.status'),
            recording: eb.ref('excluded.recording'),
            ending: eb.ref('excluded.ending'),
          }))
          .whereRef('responses.account_id', '=', 'excluded.account_id')
          .where('responses.status', '!=', 'deleted'),
      ),
  );

  return {
    async find(accountId, id) {
      const [row] = await read({ accountId, id });
      return (
        row && {
          id: row.id,
          agentId: row.agent_id,
          runId: row.run_id,
          conversationId: row.conversation_id,
          status: row.status,
          background: row.background === 1,
          request: row.request,
          recording: row.recording,
          ending: row.ending,
          createdAt: row.created_at,
        }
      );
    },

    save: (accountId, response) =>
      upsert({ accountId, ...response, background: response.background ? 1 : 0 }),

    async remove(accountId, id, turn) {
      const forget = db.build
        .updateTable('responses')
        .set({ status: 'deleted', request: '{}', recording: null, ending: null })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('status', '!=', 'deleted');
      const statements = [db.statement(forget, 'response'), ...forgetJob(accountId, id)];
      if (turn) statements.push(...forgetTurn(accountId, turn));
      return (await db.write(statements)).ok;
    },

    async forgetConversation(accountId, conversationId) {
      const ofConversation = db.build
        .selectFrom('responses')
        .select('id')
        .where('conversation_id', '=', conversationId)
        .where('account_id', '=', accountId);
      const inBackground = await db.all(ofConversation.where('background', '=', 1));
      return [
        ...inBackground.flatMap(({ id }) => forgetJob(accountId, id)),
        db.statement(
          db.build
            .deleteFrom('responses')
            .where('conversation_id', '=', conversationId)
            .where('account_id', '=', accountId),
        ),
      ];
    },
  };

  function forgetTurn(accountId: string, { id, conversationId }: Turn): Statement[] {
    const turns = db.build.selectFrom('turns').where('conversation_id', '=', conversationId);
    const newest = turns.select('id').orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1);
    return [
      db.statement(
        db.build
          .deleteFrom('turns')
          .where('id', '=', id)
          .where('account_id', '=', accountId)
          .where(({ not, exists }) => not(exists(turns.select('id').where('parent_id', '=', id)))),
      ),
      db.statement(
        db.build
          .updateTable('conversations')
          .set((eb) => ({
            newest_turn_id: eb.fn.coalesce(newest, eb.val('')),
            turn_count: turns.select((count) => count.fn.countAll<number>().as('count')),
          }))
          .where('id', '=', conversationId)
          .where('account_id', '=', accountId),
      ),
      db.statement(
        db.build
          .deleteFrom('conversations')
          .where('id', '=', conversationId)
          .where('account_id', '=', accountId)
          .where('metadata', 'is', null)
          .where(({ not, exists }) => not(exists(turns.select('id')))),
      ),
    ];
  }
}
