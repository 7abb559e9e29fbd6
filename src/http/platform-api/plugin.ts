import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import { documentsApi } from '../about/index.ts';
import { useErrorStyle } from '../create-server.ts';
import { acceptIdempotencyKeys } from '../idempotency.ts';
import { RATE_HEADERS } from '../rate-limit.ts';
import { SANDBOX_HEADER } from '../sandbox-mark.ts';
import type { App } from '../types.ts';
import { guardRoutes } from './access.ts';
import { addAccountCredit } from './accounts/add-account-credit.ts';
import { createAccount } from './accounts/create-account.ts';
import { deleteAccount } from './accounts/delete-account.ts';
import { deleteOwnAccount } from './accounts/delete-own-account.ts';
import { exportAccount } from './accounts/export-account.ts';
import { getAccount } from './accounts/get-account.ts';
import { listAccounts } from './accounts/list-accounts.ts';
import { updateAccount } from './accounts/update-account.ts';
import { createKey } from './agent-keys/create-key.ts';
import { getKey } from './agent-keys/get-key.ts';
import { listKeys } from './agent-keys/list-keys.ts';
import { revokeKey } from './agent-keys/revoke-key.ts';
import { updateKey } from './agent-keys/update-key.ts';
import { createAgent } from './agents/create-agent.ts';
import { createWidgetToken } from './agents/create-widget-token.ts';
import { deleteAgent } from './agents/delete-agent.ts';
import { getAgent } from './agents/get-agent.ts';
import { getVersion } from './agents/get-version.ts';
import { listAgents } from './agents/list-agents.ts';
import { listVersions } from './agents/list-versions.ts';
import { restoreVersion } from './agents/restore-version.ts';
import { tryAgent } from './agents/try-agent.ts';
import { updateAgent } from './agents/update-agent.ts';
import { getPerformanceAnalytics } from './analytics/get-performance.ts';
import { getUsageAnalytics } from './analytics/get-usage.ts';
import { listAudit } from './audit/list-audit.ts';
import { changePassword } from './auth/change-password.ts';
import { completeSetup } from './auth/complete-setup.ts';
import { endOtherSessions } from './auth/end-other-sessions.ts';
import { endSession } from './auth/end-session.ts';
import { getMe } from './auth/get-me.ts';
import { listSessions } from './auth/list-sessions.ts';
import { login } from './auth/login.ts';
import { logout } from './auth/logout.ts';
import { openSession } from './auth/open-session.ts';
import { refresh } from './auth/refresh.ts';
import { addCredit } from './billing/add-credit.ts';
import { getBalance } from './billing/get-balance.ts';
import { deleteConversation } from './conversations/delete-conversation.ts';
import { getConversation } from './conversations/get-conversation.ts';
import { getRun } from './conversations/get-run.ts';
import { listConversations } from './conversations/list-conversations.ts';
import { createCrew } from './crews/create-crew.ts';
import { deleteCrew } from './crews/delete-crew.ts';
import { exportCrew } from './crews/export-crew.ts';
import { getCrew } from './crews/get-crew.ts';
import { getInputs } from './crews/get-inputs.ts';
import { importCrew } from './crews/import-crew.ts';
import { listCrews } from './crews/list-crews.ts';
import { updateCrew } from './crews/update-crew.ts';
import type { PlatformApiDeps } from './deps.ts';
import { addDocuments } from './documents/add-documents.ts';
import { deleteDocument } from './documents/delete-document.ts';
import { getDocument } from './documents/get-document.ts';
import { getDocumentById } from './documents/get-document-by-id.ts';
import { listDocuments } from './documents/list-documents.ts';
import { reindexDocument } from './documents/reindex-document.ts';
import { reindexDocuments } from './documents/reindex-documents.ts';
import { retryDocument } from './documents/retry-document.ts';
import { searchDocuments } from './documents/search-documents.ts';
import { getBatch } from './executions/get-batch.ts';
import { getExecution } from './executions/get-execution.ts';
import { listExecutions } from './executions/list-executions.ts';
import { listTraces } from './executions/list-traces.ts';
import { listWaits } from './executions/list-waits.ts';
import { rerunExecution } from './executions/rerun-execution.ts';
import { resumeExecution } from './executions/resume-execution.ts';
import { startBatch } from './executions/start-batch.ts';
import { startExecution } from './executions/start-execution.ts';
import { stopExecution } from './executions/stop-execution.ts';
import { streamEvents } from './executions/stream-events.ts';
import { getHealth } from './health/get-health.ts';
import { getMetrics } from './health/get-metrics.ts';
import { getReady } from './health/get-ready.ts';
import { clearMemory } from './memory/clear-memory.ts';
import { getMemory } from './memory/get-memory.ts';
import { listModels } from './models/list-models.ts';
import { removePrice } from './models/remove-price.ts';
import { setPrice } from './models/set-price.ts';
import { createProvider } from './providers/create-provider.ts';
import { deleteProvider } from './providers/delete-provider.ts';
import { getProvider } from './providers/get-provider.ts';
import { listProviders } from './providers/list-providers.ts';
import { testProvider } from './providers/test-provider.ts';
import { updateProvider } from './providers/update-provider.ts';
import { createSandboxToken } from './sandbox/create-token.ts';
import { emptySandbox } from './sandbox/empty-sandbox.ts';
import { createSchedule } from './schedules/create-schedule.ts';
import { deleteSchedule } from './schedules/delete-schedule.ts';
import { getSchedule } from './schedules/get-schedule.ts';
import { listSchedules } from './schedules/list-schedules.ts';
import { runSchedule } from './schedules/run-schedule.ts';
import { updateSchedule } from './schedules/update-schedule.ts';
import { createTask } from './tasks/create-task.ts';
import { deleteTask } from './tasks/delete-task.ts';
import { getTask } from './tasks/get-task.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { updateTask } from './tasks/update-task.ts';
import { createCustomTool } from './tools/custom/create-custom-tool.ts';
import { deleteCustomTool } from './tools/custom/delete-custom-tool.ts';
import { getCustomTool } from './tools/custom/get-custom-tool.ts';
import { listCustomTools } from './tools/custom/list-custom-tools.ts';
import { updateCustomTool } from './tools/custom/update-custom-tool.ts';
import { listTools } from './tools/list-tools.ts';
import { createMcpServer } from './tools/mcp/create-mcp-server.ts';
import { deleteMcpServer } from './tools/mcp/delete-mcp-server.ts';
import { getMcpServer } from './tools/mcp/get-mcp-server.ts';
import { listMcpServers } from './tools/mcp/list-mcp-servers.ts';
import { refreshMcpServer } from './tools/mcp/refresh-mcp-server.ts';
import { updateMcpServer } from './tools/mcp/update-mcp-server.ts';
import { testTool } from './tools/test-tool.ts';
import { listUsage } from './usage/list-usage.ts';
import { summarizeUsage } from './usage/summarize-usage.ts';
import { createUser } from './users/create-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { getUser } from './users/get-user.ts';
import { issueSetupLink } from './users/issue-setup-link.ts';
import { listUsers } from './users/list-users.ts';
import { updateUser } from './users/update-user.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { deleteWebhook } from './webhooks/delete-webhook.ts';
import { getDelivery } from './webhooks/get-delivery.ts';
import { getWebhook } from './webhooks/get-webhook.ts';
import { listDeliveries } from './webhooks/list-deliveries.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { replayDelivery } from './webhooks/replay-delivery.ts';
import { rotateSecret } from './webhooks/rotate-secret.ts';
import { testWebhook } from './webhooks/test-webhook.ts';
import { updateWebhook } from './webhooks/update-webhook.ts';

const ROUTES: readonly ((app: App, deps: PlatformApiDeps) => void)[] = [
  ...[login, openSession, refresh, logout, completeSetup, changePassword, getMe],
  ...[listSessions, endSession, endOtherSessions],
  ...[createAgent, listAgents, getAgent, updateAgent, deleteAgent, tryAgent],
  ...[listVersions, getVersion, restoreVersion],
  ...[createCrew, listCrews, getCrew, updateCrew, deleteCrew, getInputs, importCrew, exportCrew],
  ...[createTask, listTasks, getTask, updateTask, deleteTask],
  ...[startExecution, startBatch, listExecutions, getBatch, getExecution, listTraces, listWaits],
  ...[streamEvents, stopExecution, resumeExecution, rerunExecution],
  ...[getMemory, clearMemory],
  ...[
    addDocuments,
    listDocuments,
    getDocument,
    getDocumentById,
    deleteDocument,
    retryDocument,
    reindexDocument,
    reindexDocuments,
    searchDocuments,
  ],
  ...[createKey, listKeys, getKey, updateKey, revokeKey, createWidgetToken],
  ...[createUser, listUsers, getUser, updateUser, deleteUser, issueSetupLink],
  ...[createAccount, listAccounts, getAccount, updateAccount, addAccountCredit, deleteAccount],
  ...[exportAccount, deleteOwnAccount],
  ...[createSandboxToken, emptySandbox],
  ...[createProvider, listProviders, getProvider, updateProvider, deleteProvider, testProvider],
  ...[listModels, setPrice, removePrice],
  ...[getBalance, addCredit],
  ...[listUsage, summarizeUsage],
  listAudit,
  ...[getUsageAnalytics, getPerformanceAnalytics],
  ...[listConversations, getConversation, deleteConversation, getRun],
  ...[listTools, testTool],
  ...[createCustomTool, listCustomTools, getCustomTool, updateCustomTool, deleteCustomTool],
  ...[createWebhook, listWebhooks, getWebhook, updateWebhook, deleteWebhook, rotateSecret, testWebhook],
  ...[listDeliveries, getDelivery, replayDelivery],
  ...[createSchedule, listSchedules, getSchedule, updateSchedule, deleteSchedule, runSchedule],
  ...[createMcpServer, listMcpServers, getMcpServer, updateMcpServer, deleteMcpServer, refreshMcpServer],
  ...[getHealth, getReady, getMetrics],
  documentsApi,
];

/** Setting up and looking after: under /api/v1 and /v1. Each route says who may use it; see access.ts. */
export function platformApi(deps: PlatformApiDeps): (app: App) => Promise<void> {
  return async (app) => {
    useErrorStyle(app, 'platform', deps.logger);
    if (deps.corsOrigins !== undefined) {
      await app.register(cors, {
        origin: deps.corsOrigins.includes('*') ? '*' : [...deps.corsOrigins],
        methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'],
        exposedHeaders: [
          'x-request-id',
          'retry-after',
          'etag',
          'idempotent-replayed',
          SANDBOX_HEADER,
          ...RATE_HEADERS,
        ],
        maxAge: 86_400,
      });
    }
    // Their sizes are bounded where files are taken; all other routes refuse this content type.
    await app.register(multipart, { throwFileSizeLimit: false });
    guardRoutes(app, deps);
    acceptIdempotencyKeys(app, deps);
    for (const route of ROUTES) route(app, deps);
  };
}
