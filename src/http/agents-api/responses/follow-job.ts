import type { Engine } from '../../../engine/index.ts';
import { toRunEvent } from '../../../runs/index.ts';
import type { ResponsesDeps } from './deps.ts';
import type { ResponseEmitter } from './response-emitter.ts';
import { decodeEnding } from './stored-response.ts';

/**
 * Plays a background response's events from its job's log into an emitter, then those to come, to its end. Resolves to
 * whether it came to its end; else `signal` fired, and the reader can come back for the rest.
 */
export async function followJob(
  deps: Pick<ResponsesDeps, 'runs'> & { readonly engine: Pick<Engine, 'subscribe'> },
  job: { readonly accountId: string; readonly uid: string },
  emitter: ResponseEmitter,
  signal: AbortSignal,
  ready: () => Promise<void> | undefined,
): Promise<boolean> {
  const { accountId, uid } = job;
  emitter.begin('queued');
  const ended = Promise.withResolvers<boolean>();
  const subscription = await deps.engine.subscribe(accountId, uid, 0, {
    onEvents(events) {
      for (const stored of events) {
        const event = toRunEvent(stored);
        if (event) emitter.event(event);
      }
      return ready();
    },
    onEnd: () => ended.resolve(true),
    onError: (error) => ended.reject(error),
  });
  if (!subscription) throw new Error(`The background response ${uid} has no job`);
  const leave = (): void => ended.resolve(false);
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (signal.aborted || !(await ended.promise)) return false;
    const stored = await deps.runs.responses.find(accountId, uid);
    if (!stored || stored.ending === null) throw new Error(`The background response ${uid} has no end`);
    const { end, error } = decodeEnding(stored.ending);
    emitter.finish(end, error);
    return true;
  } finally {
    signal.removeEventListener('abort', leave);
    subscription.close();
  }
}
