import packageJson from '../../package.json' with { type: 'json' };
import { createWidgetTokens } from '../accounts/index.ts';
import type { Config } from '../config/index.ts';
import type { Database } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import { type AgentsApiDeps, agentsApi } from '../http/agents-api/index.ts';
import {
  collectRoutes,
  consolePages,
  createApiDocuments,
  createConsoleFiles,
  createOpenRequests,
  createServer,
  documentsApi,
  widgetApi,
  widgetDemo,
} from '../http/index.ts';
import { healthApi, type PlatformApiDeps, platformApi } from '../http/platform-api/index.ts';
import { steadyClock } from '../lib/clock.ts';
import { packageRoot } from '../lib/package-files.ts';
import { createAdmission, createLoopDelay } from '../limits/index.ts';
import { realtimeApi } from '../realtime/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import type { createAgentDirectory } from './agent-directory.ts';
import { drain } from './drain.ts';
import { createReadiness } from './readiness.ts';

/** What of the APIs' needs is made here, from the settings. */
type MadeHere =
  | 'version'
  | 'whyNotReady'
  | 'metricsToken'
  | 'metricsText'
  | 'documents'
  | 'widgetTokens'
  | 'openRequests'
  | 'corsOrigins'
  | 'startingCreditNanoUsd'
  | 'publicUrl';

/** The rooms that are spoken to by HTTP. */
type Rooms = Omit<PlatformApiDeps, MadeHere> & Pick<AgentsApiDeps, 'runs' | 'engine' | 'secrets'>;

interface ServerParts extends Rooms {
  readonly db: Database;
  /** The data folder. */
  readonly home: string;
  readonly timers: Timers | undefined;
  readonly metrics: Metrics;
  readonly directory: ReturnType<typeof createAgentDirectory>;
}

const { version } = packageJson;
const MEGABYTE = 1024 * 1024;

/** The HTTP server with all that its role serves. It does not listen yet. */
export async function buildServer(
  config: Config,
  { db, home, timers, metrics, engine, secrets, directory, ...rooms }: ServerParts,
) {
  const { accounts, clock, executions, ids, idempotency, limits, logger, runs } = rooms;
  const shutdown = new AbortController();
  const openRequests = createOpenRequests();
  accounts.onRevoked(openRequests.abortRevoked, openRequests.principals);
  let isDraining = false;
  const admission = createAdmission({
    loopDelay: createLoopDelay({ clock: steadyClock, timers: timers ?? systemTimers }),
    waitingWrites: () => db.waitingWrites,
    bounds: {
      loopDelayMs: config.MUSTER_MAX_LOOP_DELAY_MS,
      waitingWrites: config.MUSTER_MAX_WAITING_WRITES,
      bodyBytes: config.MUSTER_MAX_BODIES_MB * MEGABYTE,
    },
  });
  const whyNotReady = createReadiness({
    ...{ db, accounts, admission, isDraining: () => isDraining, home },
    minFreeBytes: config.MUSTER_MIN_FREE_DISK_MB * MEGABYTE,
  });
  const server = createServer({
    ids,
    logger,
    trustProxy: config.MUSTER_TRUST_PROXY,
    maintenance: config.MUSTER_MAINTENANCE,
    admission,
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { url = 'unknown' } = request.routeOptions;
    metrics.request(request.method, url, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  const documents = createApiDocuments(collectRoutes(server), version);
  const health = {
    ...{ version, whyNotReady, metricsToken: config.MUSTER_METRICS_TOKEN },
    metricsText: () => metrics.text(db),
  };
  await server.register(healthApi(health));
  if (config.MUSTER_ROLE !== 'worker') await serveApis();

  async function serveApis(): Promise<void> {
    const { MUSTER_CORS_ORIGINS: corsOrigins } = config;
    const widgetTokens = createWidgetTokens({ clock, ids, keys: secrets.derive('widget-token') });
    const agentsRoutes = agentsApi({
      ...{
        accounts,
        limits,
        idempotency,
        runs,
        engine,
        logger,
        corsOrigins,
        openRequests,
        clock,
        ids,
        secrets,
      },
      shutdownSignal: shutdown.signal,
      ...directory,
    });
    const widgetRoutes = widgetApi({
      ...{ accounts, widgetTokens, limits, runs, openRequests, clock, logger },
      hasDocuments: rooms.knowledge.hasDocuments,
      findAgent: directory.findAgent,
    });
    const platform = platformApi({
      ...{ ...rooms, ...health, widgetTokens, openRequests, documents, corsOrigins },
      startingCreditNanoUsd: config.MUSTER_STARTING_CREDIT,
      publicUrl: config.MUSTER_PUBLIC_URL,
    });
    const realtime = realtimeApi({ accounts, executions, limits, ids, clock, logger, corsOrigins });
    consolePages(server, { files: createConsoleFiles(new URL('dist/', packageRoot)) });
    documentsApi(server, { documents });
    widgetDemo(server);
    await server.register(agentsRoutes, { prefix: '/api/agents/v1' });
    await server.register(widgetRoutes, { prefix: '/api/widget/v1' });
    for (const prefix of ['/api/v1', '/v1']) {
      await server.register(platform, { prefix });
      await server.register(realtime, { prefix });
    }
  }

  return {
    server,
    documents,
    metricsText: health.metricsText,

    /** From here on it says that it is not ready, so that balancers send nothing more. */
    announceEnd(): void {
      isDraining = true;
    },

    /** Takes no new connection, lets running requests end, and tells what is left after a while to stop. */
    drain: (): Promise<void> =>
      drain(server, (reason) => {
        shutdown.abort(reason);
        openRequests.abortAll(reason);
      }),
  };
}
