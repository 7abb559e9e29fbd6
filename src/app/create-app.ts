import { createAccounts, isSandboxAccount } from '../accounts/index.ts';
import { createAgents } from '../agents/index.ts';
import { createAudit, createAuditChain, createAuditCutter } from '../audit/index.ts';
import { createBilling, createUsageLog } from '../billing/index.ts';
import type { Config } from '../config/index.ts';
import {
  createCrews,
  createExecutionStatistics,
  createExecutions,
  type ExecutionsDependencies,
} from '../crews/index.ts';
import { createNameReader } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import { RESPONSE_JOB, responseJobs } from '../http/agents-api/index.ts';
import { createIdempotency } from '../idempotency/index.ts';
import { createKnowledge, knowledgePort, MAX_FILE_BYTES } from '../knowledge/index.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type FaultPoints, noFaults } from '../lib/fault-points.ts';
import { assertGuardWorks, createGuardedFetch, createGuardedHttp } from '../lib/guarded-http/index.ts';
import { createIds } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import { createSecretBox } from '../lib/secrets.ts';
import { createLimits, createMemoryLimiter, createSharedLimiter } from '../limits/index.ts';
import { createMemory } from '../memory/index.ts';
import { createModels } from '../models/index.ts';
import { createProviders } from '../providers/index.ts';
import { createRetention } from '../retention/index.ts';
import { createRunStatistics, createRuns } from '../runs/index.ts';
import { createSchedules } from '../schedules/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { createAccountTools, createTools } from '../tools/index.ts';
import { createWebhooks } from '../webhooks/index.ts';
import { createAgentDirectory } from './agent-directory.ts';
import { buildServer } from './build-server.ts';
import { crewModel, isCrewModel } from './crew-models.ts';
import { createSandboxEmptier } from './empty-sandbox.ts';
import { createAccountEraser } from './erase-accounts.ts';
import { createAccountExporter } from './export-account.ts';
import { findToolUsers } from './find-tool-users.ts';
import { openHome } from './home.ts';
import { openDatabase } from './open-database.ts';
import { openEngine } from './open-engine.ts';
import { likelyAddress, shownAddress } from './shown-address.ts';
import { bothObservers, metricsExportOf, tracingOf } from './tracing.ts';

/** A tool call that has not ended by then has failed; the model is told so. */
const TOOL_TIMEOUT_MS = 60_000;

export interface AppOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Of webhooks and schedules: when they are due. */
  readonly timers?: Timers;
  /** Where a test lets the process die. */
  readonly faults?: FaultPoints | undefined;
}

/** How long a job's running step may take to finish once a stop was asked for; what is left goes on at the next start. */
const JOB_GRACE_MS = 20_000;

/** How many beats of the presence pass between looks for what the signals may have missed. */
const BEATS_BETWEEN_LOOKS = 5;

/** The same for deliveries to webhooks; what is cut off is sent again at the next start. */
const WEBHOOK_GRACE_MS = 3_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type MusterApp = Awaited<ReturnType<typeof createApp>>;

/**
 * Builds every part once, in order, on a data folder that is this process's alone. Nothing listens yet; what a killed
 * process left behind has been put right when this resolves.
 */
export async function createApp(
  config: Config,
  { logger, clock = systemClock, timers, faults = noFaults }: AppOptions,
) {
  let publicUrl = config.MUSTER_PUBLIC_URL ?? likelyAddress(config.HOST, config.PORT);
  const home = openHome(config);
  for (const warning of home.warnings) logger.warn(warning);
  const { db, presence, signals } = await openDatabase(config, home, logger);
  const { MUSTER_ROLE: role } = config;
  const runsJobs = role !== 'api';
  const metrics = createMetrics();
  metrics.timeWrites(db);
  const ids = createIds(() => clock.now());
  const secrets = createSecretBox({ current: home.secretKey, previous: config.MUSTER_SECRET_KEY_PREVIOUS });
  await assertGuardWorks();
  const guardedHttp = createGuardedHttp({ allowHosts: config.MUSTER_TOOL_ALLOW_HOSTS });
  const tracing = await tracingOf(config, { guardedHttp, clock, timers, log: logger });
  const observe = tracing ? bothObservers(metrics.run, tracing.run) : metrics.run;

  const chain = createAuditChain({ db, clock, secrets, log: logger });
  const audit = createAudit({ db, clock, ids, chain });
  const accounts = createAccounts({ db, clock, ids, log: logger, secrets, audit, signals, timers });
  const webhooks = createWebhooks({
    ...{ db, clock, ids, log: logger, audit, secrets, guardedHttp, timers },
    lowCreditNanoUsd: config.MUSTER_LOW_CREDIT,
    observe: metrics.webhookAttempt,
  });
  const billing = createBilling({ db, clock, audit, outbox: webhooks, owner: presence, log: logger, timers });
  const limiter = presence.isAlone ? createMemoryLimiter(clock) : createSharedLimiter(db);
  const limits = createLimits({ limiter, findPlan: accounts.findPlan, db });
  const idempotency = createIdempotency({
    ...{ db, clock, ids, secrets, owner: presence },
    keepMs: config.MUSTER_KEEP_REPLIES_HOURS * HOUR_MS,
  });
  const usageLog = createUsageLog(db);
  const statistics = { executions: createExecutionStatistics(db), runs: createRunStatistics(db) };
  const models = createModels({ config, clock });
  const providers = createProviders({
    db,
    clock,
    ids,
    log: logger,
    secrets,
    guardedHttp,
    models,
    audit,
    operatorAccountId: accounts.operatorAccountId,
  });
  const knowledge = createKnowledge({
    ...{ db, clock, ids, logger, signals },
    home: home.path,
    owner: presence,
    indexes: runsJobs,
    guardedHttp: createGuardedHttp({
      allowHosts: config.MUSTER_TOOL_ALLOW_HOSTS,
      limits: { maxBytes: MAX_FILE_BYTES },
    }),
  });
  const tools = createTools({
    config,
    guardedHttp,
    knowledge: knowledgePort(knowledge),
    httpRequestHosts: config.MUSTER_HTTP_REQUEST_HOSTS,
    clock,
    logger,
    isSandbox: isSandboxAccount,
  });
  const accountTools = createAccountTools({
    ...{ db, clock, ids, audit, secrets, guardedHttp, builtIn: tools, log: logger },
    openFetch: () => createGuardedFetch({ allowHosts: config.MUSTER_TOOL_ALLOW_HOSTS }),
    findUsers: (accountId, names) => findToolUsers({ agents, crews }, accountId, names),
  });
  const agents = createAgents({
    db,
    clock,
    ids,
    modelExists: providers.modelExists,
    modelKnown: providers.modelKnown,
    modelNames: providers.modelNames,
    toolExists: accountTools.exists,
    toolNames: async (accountId) => (await accountTools.list(accountId)).map(({ name }) => name),
    crewExists: (accountId, crewId) => crews.crewExists(accountId, crewId),
  });
  const memory = createMemory({ db, clock, ids });
  const crews = createCrews({
    db,
    clock,
    ids,
    agents,
    alongDeletion: (accountId, crewId) => [
      schedules.disableOfCrew(accountId, crewId),
      memory.forget(accountId, crewId),
    ],
    catalogue: {
      modelExists: providers.modelKnown,
      modelIsCallable: (accountId, model) =>
        providers.callable(accountId, model).then(
          () => true,
          () => false,
        ),
      toolExists: accountTools.exists,
    },
  });
  const runningTools: ExecutionsDependencies['tools'] = {
    runTool: (tool, text, context) => tools.runTool(tool, text, context, { timeoutMs: TOOL_TIMEOUT_MS }),
    find: async (accountId, names) => {
      const found = await accountTools.find(accountId, names);
      // Nothing is billed in a sandbox.
      return isSandboxAccount(accountId) ? found.map((tool) => ({ ...tool, priceNanoUsd: 0n })) : found;
    },
  };
  const releaseHolds = async (): Promise<void> => {
    const orphans = await billing.releaseOrphanedHolds();
    if (orphans > 0) logger.warn({ holds: orphans }, 'Released the credit holds of calls that were cut off');
  };
  // Before the engine's: a job that is taken up sets credit aside for the same call again.
  presence.onBeat(releaseHolds);
  const { engine, close: closeEngine } = await openEngine(config, {
    ...{ db, clock, log: logger, presence, signals, runsJobs, faults },
  });
  const runs = createRuns({
    ...{ db, clock, ids, timers, owner: presence },
    meter: billing,
    tools: runningTools,
    knowledge,
    models: {
      callable: async (accountId, model, request) =>
        isCrewModel(model)
          ? crewModel({ executions, timers: timers ?? systemTimers }, accountId, model, request)
          : providers.callable(accountId, model),
    },
    forgetJob: (accountId, jobId) => engine.prepareForget(accountId, jobId),
    tell: webhooks.tell,
    observe,
    get consoleUrl() {
      return publicUrl;
    },
  });
  engine.register(RESPONSE_JOB, responseJobs({ runs, clock, logger }));
  const executions = createExecutions({
    db,
    clock,
    ids,
    log: logger,
    engine,
    faults,
    agents,
    crews,
    memory,
    boundJobs: limits.boundJobs,
    meter: billing,
    tools: runningTools,
    knowledge,
    models: providers,
    tell: webhooks.tell,
    observe,
    observeWorkflow: tracing?.workflow,
    get consoleUrl() {
      return publicUrl;
    },
  });
  const schedules = createSchedules({
    ...{ db, clock, ids, log: logger, timers, executions, tell: webhooks.tell },
    catchUpMs: config.MUSTER_SCHEDULE_CATCH_UP_MINUTES * 60_000,
  });
  const retention = createRetention({
    ...{ db, clock, timers, log: logger },
    tracesMs: config.MUSTER_KEEP_TRACES_DAYS * DAY_MS,
    deliveriesMs: config.MUSTER_KEEP_DELIVERIES_DAYS * DAY_MS,
    auditMs: config.MUSTER_KEEP_AUDIT_DAYS * DAY_MS,
    audit: createAuditCutter({ db, clock, secrets, log: logger }),
  });
  const directory = createAgentDirectory({
    agents,
    crews,
    knowledge,
    priceOf: async (accountId, model) => {
      const priced = await providers.listModels(accountId);
      return priced.find(({ info }) => info.id === model)?.price;
    },
  });

  const recoverBegun = async (): Promise<void> => {
    const turns = await runs.recoverBegun();
    if (turns > 0) logger.warn({ turns }, 'Kept the questions of answers that were cut off');
  };

  await releaseHolds();
  await recoverBegun();
  await knowledge.recover();
  await idempotency.releaseInterrupted();
  const eraser = createAccountEraser({
    ...{ db, clock, timers, log: logger, faults, presence, accounts, audit, engine, knowledge, webhooks },
  });
  let beats = 0;
  presence.onBeat(recoverBegun);
  presence.onBeat(async () => {
    await idempotency.releaseInterrupted();
    if (++beats % BEATS_BETWEEN_LOOKS !== 0) return;
    await eraser.recover();
    if (!runsJobs) return;
    await knowledge.recover();
    await executions.recover();
  });

  const http = await buildServer(config, {
    ...{ db, home: home.path, timers, metrics, engine, secrets, directory },
    ...{ accounts, agents, crews, executions, memory, billing, audit, usageLog, statistics, clock, ids },
    ...{ knowledge, logger, providers, runs, webhooks, schedules, limits, idempotency },
    names: createNameReader(db),
    tools: { ...accountTools, runTool: tools.runTool },
    emptySandbox: createSandboxEmptier({ db, audit, engine, knowledge, webhooks }),
    exportAccount: createAccountExporter({ db, clock, accounts, audit, knowledge }),
    deleteAccount: async (accountId, confirm, by) => {
      await accounts.deleteAccount(accountId, confirm, by);
      await eraser.erase(accountId);
    },
  });
  const metricsExport = await metricsExportOf(config, {
    ...{ guardedHttp, clock, timers, log: logger },
    text: http.metricsText,
  });
  // Lines that a kill has left unchained.
  chain.wake();
  // Before anything of theirs goes on.
  await eraser.start();
  // Before the first job goes on: what it tells of is kept for those who want to know.
  await webhooks.start({ delivers: runsJobs });
  await engine.start();
  if (runsJobs) {
    await executions.recover();
    await schedules.start();
    retention.start();
  }

  return {
    accounts,
    agents,
    billing,
    crews,
    db,
    documents: http.documents,
    executions,
    home,
    knowledge,
    retention,
    server: http.server,

    /** Resolves to the address that the server answers at on this machine, and where people reach it. */
    async listen(): Promise<{ readonly address: string; readonly publicUrl: string }> {
      const bound = await http.server.listen({ host: config.HOST, port: config.PORT });
      const address = await shownAddress(bound, config.HOST);
      // The port may have been chosen by the system just now.
      publicUrl = config.MUSTER_PUBLIC_URL ?? address;
      return { address, publicUrl };
    },

    /**
     * Takes no new connection, lets running requests end, tells what is left after DRAIN_MS to stop, and closes the
     * data. Safe to call once, from any state.
     */
    async close(): Promise<void> {
      http.announceEnd();
      await Promise.all([schedules.close(), retention.close(), eraser.close()]);
      await Promise.all([http.drain(), engine.drain(JOB_GRACE_MS)]);
      await closeEngine();
      await webhooks.close(WEBHOOK_GRACE_MS);
      await Promise.all([tracing?.close(), metricsExport?.close()]);
      await chain.close();
      await knowledge.close();
      await accountTools.close();
      await models.close();
      await presence.close();
      await signals.close();
      await db.close();
      home.close();
    },
  };
}
