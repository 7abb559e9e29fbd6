import type { Timers } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import { type Collector, sendOtlp } from './send-otlp.ts';
import { toOtlpMetrics } from './to-otlp-metrics.ts';

export interface MetricsExport {
  /** Sends the last figures. */
  close(): Promise<void>;
}

/**
 * Sends what GET /metrics says to a collector, every so often and once more at the end. What cannot be sent is in the next
 * figures; the log says when it begins to fail.
 */
export function exportMetrics({
  text,
  service,
  everyMs,
  clock,
  timers,
  log,
  ...collector
}: Collector & {
  readonly text: () => Promise<string>;
  readonly service: { readonly name: string; readonly version: string };
  readonly everyMs: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Logger, 'warn'>;
}): MetricsExport {
  const startedAt = clock.now();
  let isFailing = false;
  let isClosed = false;
  let cancel = timers.after(everyMs, () => void round());
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    // The database may be away; so is the collector, for all that the log is concerned.
    const problem = await text().then(
      (figures) =>
        sendOtlp(collector, 'metrics', toOtlpMetrics(figures, service, { startedAt, now: clock.now() })),
      (error: Error) => error.message,
    );
    if (problem !== undefined && !isFailing)
      log.warn({ problem }, 'Metrics could not be sent to the OpenTelemetry collector');
    isFailing = problem !== undefined;
  }

  async function round(): Promise<void> {
    sending = send();
    await sending;
    if (!isClosed) cancel = timers.after(everyMs, () => void round());
  }

  return {
    async close() {
      isClosed = true;
      cancel();
      await sending;
      await send();
    },
  };
}
