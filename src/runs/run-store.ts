import type { Database, Statement } from '../db/index.ts';

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

export interface RunStore {
  saveRun(run: FinishedRun): Statement;
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
  return { saveRun: (run) => insert({ ...run }) };
}
