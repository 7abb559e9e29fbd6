import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Database } from '../db/index.ts';
import type { RunObserver } from '../runs/index.ts';
import { Counter, gauge, Histogram, type Instrument } from './instruments.ts';
import { readStored } from './stored-gauges.ts';

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const CALL_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];
const WRITE_SECONDS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 2];
const NANO = 1e9;

export interface Metrics {
  request(method: string, route: string, status: number, seconds: number): void;
  readonly run: RunObserver;
  webhookAttempt(outcome: string, seconds: number): void;
  /** From now on the durable writes of this database are timed. */
  timeWrites(db: Database): void;
  /** In the text format of Prometheus. */
  text(db: Database): Promise<string>;
}

/**
 * Counts what happens in this process, a few numbers each time. Names that users choose (tools and models of their own)
 * are labels, bounded in number.
 */
export function createMetrics(): Metrics {
  const startedAt = Date.now() / 1000 - process.uptime();
  const requests = new Counter('muster_http_requests_total', 'Requests that were answered.', [
    ...['method', 'route', 'status'],
  ]);
  const requestSeconds = new Histogram(
    'muster_http_request_duration_seconds',
    'From the request to the end of its reply; a stream lasts as long as it lasts.',
    ['method', 'route'],
    REQUEST_SECONDS,
  );
  const calls = new Counter('muster_model_calls_total', 'Calls of models.', ['model', 'outcome']);
  const callSeconds = new Histogram(
    'muster_model_call_duration_seconds',
    'How long calls of models took.',
    ['model'],
    CALL_SECONDS,
  );
  const tokens = new Counter('muster_model_tokens_total', 'Tokens, as they were billed.', ['model', 'kind']);
  const cost = new Counter('muster_model_cost_usd_total', 'What the calls cost.', ['model']);
  const tools = new Counter('muster_tool_calls_total', 'Calls of tools.', ['tool', 'outcome']);
  const attempts = new Counter('muster_webhook_attempts_total', 'Attempts to deliver to a webhook.', [
    'outcome',
  ]);
  const attemptSeconds = new Histogram(
    'muster_webhook_attempt_duration_seconds',
    'How long receivers took to answer.',
    [],
    REQUEST_SECONDS,
  );
  const writeSeconds = new Histogram(
    'muster_db_write_duration_seconds',
    'From a write to its being on disk.',
    [],
    WRITE_SECONDS,
  );
  const instruments: readonly Instrument[] = [
    ...[requests, requestSeconds, calls, callSeconds, tokens, cost, tools],
    ...[attempts, attemptSeconds, writeSeconds],
  ];
  const countRun: RunObserver['event'] = ({ model }, event) => {
    const name = model.info.id;
    switch (event.type) {
      case 'model.answered': {
        const { usage, durationMs, costNanoUsd, isPartial } = event;
        calls.add([name, isPartial ? 'broken' : 'answered']);
        callSeconds.observe([name], durationMs / 1000);
        tokens.add([name, 'input'], usage.inputTokens - usage.cachedTokens);
        tokens.add([name, 'cached'], usage.cachedTokens);
        tokens.add([name, 'output'], usage.outputTokens);
        cost.add([name], Number(costNanoUsd) / NANO);
        break;
      }
      case 'model.failed':
        calls.add([name, event.code]);
        callSeconds.observe([name], event.durationMs / 1000);
        break;
      case 'tool.completed':
        tools.add([event.name, event.isError ? 'error' : 'ok']);
        break;
      default:
        break;
    }
  };
  const loopLag = createLoopLag();

  return {
    request(method, route, status, seconds) {
      requests.add([method, route, String(status)]);
      requestSeconds.observe([method, route], seconds);
    },

    run: { event: countRun },

    webhookAttempt(outcome, seconds) {
      attempts.add([outcome === 'delivered' ? 'delivered' : 'failed']);
      attemptSeconds.observe([], seconds);
    },

    timeWrites(db) {
      const write = db.write.bind(db);
      db.write = (statements, options) => {
        const written = write(statements, options);
        if (options?.ack === 'applied') return written;
        const began = performance.now();
        const observe = () => writeSeconds.observe([], (performance.now() - began) / 1000);
        written.then(observe, observe);
        return written;
      };
    },

    async text(db) {
      const memory = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const lines = [
        ...instruments.flatMap((instrument) => [...instrument.lines()]),
        ...(await readStored(db)),
        ...gauge(
          'muster_event_loop_lag_seconds',
          'By how much timers came late, since the last look.',
          loopLag(),
        ),
        ...gauge('process_resident_memory_bytes', 'Memory of the process.', [{ value: memory.rss }]),
        ...gauge('nodejs_heap_used_bytes', 'Memory of its objects.', [{ value: memory.heapUsed }]),
        ...gauge('process_start_time_seconds', 'When it started.', [{ value: startedAt }]),
        ...['# HELP process_cpu_seconds_total Processor time.', '# TYPE process_cpu_seconds_total counter'],
        `process_cpu_seconds_total ${(user + system) / 1e6}`,
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}

/** Measured from the first look on: it takes a timer that wakes the process fifty times a second. */
function createLoopLag() {
  let delays: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return () => {
    if (!delays) {
      delays = monitorEventLoopDelay({ resolution: 20 });
      delays.enable();
    }
    // Nothing was seen yet.
    const seconds = (nanoseconds: number) => (Number.isNaN(nanoseconds) ? 0 : nanoseconds / NANO);
    const values = [
      { labels: { quantile: '0.5' }, value: seconds(delays.percentile(50)) },
      { labels: { quantile: '0.99' }, value: seconds(delays.percentile(99)) },
      { labels: { quantile: '1' }, value: seconds(delays.max) },
    ];
    delays.reset();
    return values;
  };
}
