import type { App } from '../../types.ts';
import { getHealth } from './get-health.ts';
import { getMetrics } from './get-metrics.ts';
import { getReady } from './get-ready.ts';

export interface HealthDeps {
  readonly version: string;
  /** Why the server does not take work now; undefined when it does. Never rejects. */
  readonly whyNotReady: () => Promise<string | undefined>;
  /** What GET /metrics answers with. */
  readonly metricsText: () => Promise<string>;
  /** Opens GET /metrics to callers from elsewhere. */
  readonly metricsToken: string | undefined;
}

/** For balancers and people; also mounted at the root, where they look first. */
export function healthApi(deps: HealthDeps): (app: App) => Promise<void> {
  return async (app) => {
    getHealth(app, deps);
    getReady(app, deps);
    getMetrics(app, deps);
  };
}
