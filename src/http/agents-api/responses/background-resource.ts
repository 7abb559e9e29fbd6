import { toRunEvent } from '../../../runs/index.ts';
import type { ResponsesDeps } from './deps.ts';
import type { FoundResponse } from './find-response.ts';
import { type EmitterOptions, ResponseEmitter } from './response-emitter.ts';
import type { ResponseStatus } from './response-resource.ts';
import { decodeEnding } from './stored-response.ts';

/** A background response as it is now: what its job has told so far, and its end if it has one. */
export async function backgroundResource(
  { engine, runs }: Pick<ResponsesDeps, 'engine' | 'runs'>,
  accountId: string,
  { uid }: Pick<FoundResponse, 'uid'>,
  options: EmitterOptions,
): Promise<Record<string, unknown>> {
  const job = await engine.get(accountId, uid);
  const status: ResponseStatus =
    job?.status === 'queued' && job.startedAt === undefined ? 'queued' : 'in_progress';
  const emitter = new ResponseEmitter(options);
  if (status === 'queued') return emitter.current(status);
  // Looked at first: once the end is on disk, so are all events before it.
  const stored = await runs.responses.find(accountId, uid);
  await playLog(engine, accountId, uid, emitter);
  if (!stored || stored.ending === null) return emitter.current(status);
  const { end, error } = decodeEnding(stored.ending);
  return emitter.finish(end, error);
}

/** Plays what is in the log at present. */
async function playLog(
  engine: Pick<ResponsesDeps['engine'], 'subscribe'>,
  accountId: string,
  uid: string,
  emitter: ResponseEmitter,
): Promise<void> {
  const caughtUp = Promise.withResolvers<void>();
  let lastSeq = Number.POSITIVE_INFINITY;
  let seen = 0;
  const look = (): void => {
    if (seen >= lastSeq) caughtUp.resolve();
  };
  const subscription = await engine.subscribe(accountId, uid, 0, {
    onEvents(events) {
      for (const stored of events) {
        if (stored.seq > lastSeq) break;
        const event = toRunEvent(stored);
        if (event) emitter.event(event);
        seen = stored.seq;
      }
      look();
    },
    onEnd: () => caughtUp.resolve(),
    onError: (error) => caughtUp.reject(error),
  });
  if (!subscription) return;
  ({ lastSeq } = subscription);
  look();
  try {
    await caughtUp.promise;
  } finally {
    subscription.close();
  }
}
