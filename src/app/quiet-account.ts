import { SYSTEM } from '../audit/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Webhooks } from '../webhooks/index.ts';

const OPEN = ['queued', 'running', 'waiting_for_input'] as const;
const PAGE = 100;

interface Rooms {
  readonly engine: Pick<Engine, 'list' | 'stop'>;
  readonly webhooks: Pick<Webhooks, 'list' | 'remove'>;
}

/** Ends what an account does by itself: its webhooks are told nothing more, then its jobs are stopped. */
export async function quietAccount(rooms: Rooms, accountId: string): Promise<void> {
  await removeWebhooks(rooms, accountId);
  await stopJobs(rooms, accountId);
}

async function stopJobs({ engine }: Rooms, accountId: string): Promise<void> {
  for (;;) {
    const { items } = await engine.list(accountId, { statuses: OPEN }, { page: 1, limit: PAGE });
    if (items.length === 0) return;
    await Promise.all(items.map(({ id }) => engine.stop(accountId, id)));
  }
}

/** One by one, since this process remembers who is to be told of what. */
async function removeWebhooks({ webhooks }: Rooms, accountId: string): Promise<void> {
  for (;;) {
    const { items } = await webhooks.list(accountId, { page: 1, limit: PAGE });
    if (items.length === 0) return;
    for (const { id } of items) await webhooks.remove(accountId, id, SYSTEM);
  }
}
