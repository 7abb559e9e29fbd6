import type { FastifyRequest } from 'fastify';
import type { Accounts, Principal } from '../../accounts/index.ts';
import type { CallableAgent } from '../../agents/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Idempotency } from '../../idempotency/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Ids } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { SecretBox } from '../../lib/secrets.ts';
import type { Limits } from '../../limits/index.ts';
import type { Runs } from '../../runs/index.ts';
import { createSchemaChecker } from '../../tools/index.ts';
import { bearerToken } from '../bearer.ts';
import type { OpenRequests } from '../client-gone.ts';
import { useErrorStyle } from '../create-server.ts';
import { acceptIdempotencyKeys } from '../idempotency.ts';
import { limitRequest } from '../rate-limit.ts';
import { noteAdmission, recheckPrincipals } from '../recheck-principal.ts';
import { markSandbox } from '../sandbox-mark.ts';
import type { App } from '../types.ts';
import { createChatCompletion } from './chat-completions/create-chat-completion.ts';
import { getModel } from './models/get-model.ts';
import { listModels } from './models/list-models.ts';
import type { ModelDescription } from './models/schema.ts';
import { openCors } from './open-cors.ts';
import { responsesApi } from './responses/plugin.ts';

/** What the Agents API needs of the rooms below it. */
export interface AgentsApiDeps {
  readonly accounts: Pick<Accounts, 'authenticate' | 'countEndings' | 'onRevoked'>;
  readonly limits: Limits;
  readonly idempotency: Idempotency;
  readonly runs: Runs;
  /** Runs background responses; `responseJobs` are registered with it under RESPONSE_JOB. */
  readonly engine: Pick<Engine, 'enqueue' | 'get' | 'stop' | 'subscribe'>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: Pick<SecretBox, 'derive'>;
  /** Undefined: any origin. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly openRequests: OpenRequests;
  /** Aborts when the server can wait no longer for what is open. */
  readonly shutdownSignal: AbortSignal;
  /** Throws model_not_found for what the principal may not call, whether or not it exists. */
  readonly findAgent: (principal: Principal, model: string) => Promise<CallableAgent>;
  /** All that the principal may call. */
  readonly listCallable: (
    principal: Principal,
  ) => Promise<readonly { id: string; name: string; createdAt: number; ownedBy: string }[]>;
  /** Throws model_not_found. */
  readonly describeModel: (principal: Principal, model: string) => Promise<ModelDescription>;
}

/** OpenAI's protocol under /api/agents/v1: an agent is the model. */
export function agentsApi(deps: AgentsApiDeps): (app: App) => Promise<void> {
  return async (app) => {
    useErrorStyle(app, 'openai', deps.logger);
    openCors(app, deps.corsOrigins);
    const authenticate = (request: FastifyRequest) =>
      deps.accounts.authenticate(bearerToken(request.headers.authorization));
    app.addHook('onRequest', async (request, reply) => {
      noteAdmission(request, deps.accounts);
      const principal = await authenticate(request);
      request.principal = principal;
      markSandbox(reply, principal.accountId);
      await limitRequest(deps.limits, principal, reply);
    });
    recheckPrincipals(app, deps.accounts, authenticate);
    acceptIdempotencyKeys(app, deps);
    listModels(app, deps);
    getModel(app, deps);
    const schemas = createSchemaChecker();
    createChatCompletion(app, { ...deps, schemas });
    responsesApi(app, { ...deps, schemas });
  };
}
