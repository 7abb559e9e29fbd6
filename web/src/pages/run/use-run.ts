import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { readEvents } from '../../api/read-events.ts';
import { RunLog, type RunNow } from './run-log.ts';

const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: () => ask(api.GET('/executions/{id}', { params: { path: { id } } })),
  });

export type Run = Awaited<ReturnType<NonNullable<ReturnType<typeof runQuery>['queryFn']>>>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** The run's own figures are read again at most that often while it goes on. */
const READ_EVERY_MS = 600;

/** A run with all its events, those that there are and those to come. A connection that is lost is made again. */
export function useRun(id: string) {
  const queryClient = useQueryClient();
  const run = useQuery(runQuery(id));
  const [now, setNow] = useState<RunNow>(() => new RunLog().now());
  const [isCutOff, setCutOff] = useState(false);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const log = new RunLog();
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      frame = 0;
      setNow(log.now());
    };
    const read = () => {
      timer = undefined;
      void queryClient.invalidateQueries({ queryKey: ['runs'] });
    };
    setNow(log.now());

    const follow = async () => {
      const headers = log.lastSeq > 0 ? { 'last-event-id': String(log.lastSeq) } : {};
      for await (const { data } of readEvents(`/executions/${encodeURIComponent(id)}/events`, {
        signal,
        headers,
      })) {
        setCutOff(false);
        if (log.take(data)) timer ??= setTimeout(read, log.isOver ? 0 : READ_EVERY_MS);
        // Words come faster than anybody reads: a picture a frame is enough.
        frame ||= requestAnimationFrame(show);
      }
    };
    const followToTheEnd = async () => {
      for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        const before = log.lastSeq;
        try {
          await follow();
          if (log.isOver) return;
        } catch (error) {
          if (signal.aborted) return;
          const { status } = toApiError(error);
          // Refused for good; the run itself tells why.
          if (status >= 400 && status < 500 && status !== 401 && status !== 429) return;
        }
        if (log.lastSeq > before) pause = FIRST_PAUSE_MS;
        setCutOff(true);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    };
    void followToTheEnd();
    return () => {
      leaving.abort();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [id, queryClient]);

  return { run, now, isCutOff: isCutOff && !now.isOver };
}
