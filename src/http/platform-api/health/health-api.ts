import type { App } from '../../types.ts';
import { getHealth } from './get-health.ts';
import { getMetrics } from './get-metrics.ts';
import { getReady } from './get-ready.ts';

export interface HealthDeps {
  readonly version: string;
  /** False while the server starts, drains or cannot read its database. Never rejects. */
  readonly isReady: () => Promise<boolean>;
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
