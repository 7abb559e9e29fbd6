import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../config/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Logger } from '../lib/logger.ts';
import type { RunObserver } from '../runs/index.ts';
import { startTracing, type Tracing } from '../telemetry/index.ts';

/** Undefined when no collector is set. Its address is the operator's, so it may be a private one. */
export async function tracingOf(
  config: Config,
  parts: {
    readonly guardedHttp: GuardedHttp;
    readonly clock: Clock;
    readonly timers: Timers | undefined;
    readonly log: Pick<Logger, 'warn'>;
  },
): Promise<Tracing | undefined> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const { hostname, port, protocol } = new URL(endpoint);
  const usual = protocol === 'https:' ? '443' : '80';
  return startTracing({
    ...{ endpoint, clock: parts.clock, log: parts.log, timers: parts.timers ?? systemTimers },
    guardedHttp: parts.guardedHttp.allowing([`${hostname}:${port || usual}`]),
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    service: { name: config.OTEL_SERVICE_NAME, version: packageJson.version },
  });
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
