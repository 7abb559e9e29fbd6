import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../config/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Logger } from '../lib/logger.ts';
import type { RunObserver } from '../runs/index.ts';
import { type MetricsExport, startMetricsExport, startTracing, type Tracing } from '../telemetry/index.ts';

interface Parts {
  readonly guardedHttp: GuardedHttp;
  readonly clock: Clock;
  readonly timers: Timers | undefined;
  readonly log: Pick<Logger, 'warn'>;
}

/** Undefined when no collector is set, or it is to have no traces. */
export async function tracingOf(config: Config, parts: Parts): Promise<Tracing | undefined> {
  const collector = collectorOf(config, parts);
  return collector && config.OTEL_TRACES_EXPORTER === 'otlp' ? startTracing(collector) : undefined;
}

/** The same of metrics. */
export async function metricsExportOf(
  config: Config,
  { text, ...parts }: Parts & { readonly text: () => Promise<string> },
): Promise<MetricsExport | undefined> {
  const collector = collectorOf(config, parts);
  if (!collector || config.OTEL_METRICS_EXPORTER === 'none') return undefined;
  return startMetricsExport({ ...collector, text, everyMs: config.OTEL_METRIC_EXPORT_INTERVAL });
}

/** Its address is the operator's, so it may be a private one. */
function collectorOf(config: Config, { guardedHttp, clock, timers = systemTimers, log }: Parts) {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const { hostname, port, protocol } = new URL(endpoint);
  const usual = protocol === 'https:' ? '443' : '80';
  return {
    ...{ endpoint, clock, log, timers },
    guardedHttp: guardedHttp.allowing([`${hostname}:${port || usual}`]),
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    service: { name: config.OTEL_SERVICE_NAME, version: packageJson.version },
  };
}

export function bothObservers(first: RunObserver, second: RunObserver): RunObserver {
  return {
    event(run, event) {
      first.event(run, event);
      second.event(run, event);
    },
    ended(run, result, startedAt) {
      first.ended?.(run, result, startedAt);
      second.ended?.(run, result, startedAt);
    },
  };
}
