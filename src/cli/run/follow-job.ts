import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { Fields } from '../client/fields.ts';
import { CommandFailed } from '../failures.ts';

const PAUSE_MS = 1_000;
/** How often in a row the server may be away: it may be starting anew, and the job goes on with it. */
const MAX_TRIES = 30;
const A_DAY_MS = 86_400_000;
const FINAL = ['completed', 'failed', 'stopped'];

/**
 * The events of a job from its first to its last. A connection that breaks is taken up again where it broke: nothing is
 * missed, nothing comes twice.
 */
export async function* followJob(client: ApiClient, jobId: string): AsyncGenerator<Fields> {
  let seq = 0;
  for (let tries = 0; ; tries++) {
    try {
      const headers = { 'last-event-id': String(seq) };
      const options = { headers, timeoutMs: A_DAY_MS };
      const response = await client.open('GET', `/api/v1/executions/${jobId}/events`, options);
      for await (const event of eventsOf(response)) {
        tries = 0;
        seq = event.number('seq');
        yield event;
        if (event.text('type') === 'job_status' && FINAL.includes(event.text('status'))) return;
      }
    } catch (error) {
      const isLost = error instanceof TypeError || (error instanceof CommandFailed && error.isUnreachable);
      if (!isLost || tries >= MAX_TRIES) throw error;
    }
    await delay(PAUSE_MS);
  }
}

async function* eventsOf(response: Response): AsyncGenerator<Fields> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) yield new Fields(JSON.parse(line.slice('data:'.length)));
    }
  }
}
