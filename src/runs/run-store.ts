import type { Database, Statement } from '../db/index.ts';
import { type JournalRow, readJournal } from './journal.ts';

export interface FinishedRun {
  readonly id: string;
  readonly accountId: string;
  readonly kind: 'chat' | 'response' | 'compaction';
  readonly agentId: string;
  readonly agentVersion: number;
  readonly model: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly conversationId: string | null;
  readonly turnId: string | null;
  readonly status: string;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly journal: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A run that has ended, as it is looked back at. */
export interface PastRun extends Omit<FinishedRun, 'kind' | 'journal'> {
  readonly kind: string;
  readonly journal: readonly JournalRow[];
}

export interface RunStore {
  saveRun(run: FinishedRun): Statement;
  findRun(accountId: string, id: string): Promise<PastRun | undefined>;
}

export function createRunStore(db: Database): RunStore {
  const insert = db.prepare<{ [Key in keyof FinishedRun]: FinishedRun[Key] }>((queries, param) =>
    queries.insertInto('runs').values({
      id: param('id'),
      account_id: param('accountId'),
      kind: param('kind'),
      agent_id: param('agentId'),
      agent_version: param('agentVersion'),
      model: param('model'),
      key_id: param('keyId'),
      user_id: param('userId'),
      conversation_id: param('conversationId'),
      turn_id: param('turnId'),
      status: param('status'),
      error_code: param('errorCode'),
      error_message: param('errorMessage'),
      journal: param('journal'),
      started_at: param('startedAt'),
      finished_at: param('finishedAt'),
    }),
  );
  return {
    saveRun: (run) => insert({ ...run }),
    async findRun(accountId, id) {
      const row = await db.first(
        db.build.selectFrom('runs').selectAll().where('account_id', '=', accountId).where('id', '=', id),
      );
      return (
        row && {
          id,
          accountId,
          kind: row.kind,
          agentId: row.agent_id,
          agentVersion: row.agent_version,
          model: row.model,
          keyId: row.key_id,
          userId: row.user_id,
          conversationId: row.conversation_id,
          turnId: row.turn_id,
          status: row.status,
          errorCode: row.error_code,
          errorMessage: row.error_message,
          journal: readJournal(row.journal),
          startedAt: row.started_at,
          finishedAt: row.finished_at,
        }
      );
    },
  };
}
