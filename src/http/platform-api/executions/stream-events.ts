import { Type } from 'typebox';
import { jobFrame } from '../../../crews/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { firstSignal } from '../../../lib/first-signal.ts';
import { countStream } from '../../open-stream.ts';
import { requireUser } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { Closed, IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';

const EventsQuery = Closed({
  after: Type.Optional(
    Type.Integer({ minimum: 0, description: 'As `Last-Event-ID`, which goes before it.' }),
  ),
});

export function streamEvents(
  app: App,
  deps: Pick<PlatformApiDeps, 'executions' | 'limits' | 'logger' | 'openRequests'>,
): void {
  // Whoever only watches is let go when the server begins to go down, and comes back with the last id.
  const goingDown = new AbortController();
  app.addHook('preClose', async () => goingDown.abort());
  app.route({
    method: 'GET',
    url: '/executions/:id/events',
    config: {
      role: 'viewer',
      find: findExecution(deps),
      replies: { 200: { content: { 'text/event-stream': Type.String() } } },
    },
    schema: {
      summary: "A job's events as they come",
      description:
        'Server-sent events. All that there are, or those after `Last-Event-ID`, then those to come; the stream ends with the job.',
      tags: ['Executions'],
      params: IdParams,
      querystring: EventsQuery,
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const after = lastEventId(request.headers['last-event-id']) ?? request.query.after ?? 0;
      const user = requireUser(request);
      const tracked = deps.openRequests.track(reply.raw, user);
      await countStream(deps.limits, user.accountId, reply.raw);
      const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
      const ended = Promise.withResolvers<void>();
      const subscription = await deps.executions.subscribe(user.accountId, id, after, {
        onEvents(events) {
          for (const event of events) {
            sse.write(
              `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(jobFrame(id, event))}\n\n`,
            );
          }
          return sse.ready();
        },
        onEnd: ended.resolve,
        onError: ended.reject,
      });
      reply.hijack();
      sse.open();
      sse.write('retry: 1000\n\n');
      const { signal, release } = firstSignal(tracked, goingDown.signal);
      const leave = (): void => ended.resolve();
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      try {
        await ended.promise;
      } catch (err) {
        // Without its end the reader knows that there is more.
        deps.logger.error({ err, jobId: id }, 'The events of a job could not be read to their end');
      } finally {
        release();
        subscription.close();
        sse.end();
      }
      return reply;
    },
  });
}

/** Where a reader that comes back left off. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw invalid('Last-Event-ID', 'must be the id of an event of this stream, a whole number');
}
