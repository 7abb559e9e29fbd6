import { accountErrors } from '../accounts/index.ts';
import { agentErrors } from '../agents/index.ts';
import { billingErrors } from '../billing/index.ts';
import { crewErrors } from '../crews/index.ts';
import { engineErrors } from '../engine/index.ts';
import { agentsApiErrors, responseErrors } from '../http/agents-api/index.ts';
import { idempotencyErrors } from '../idempotency/index.ts';
import { knowledgeErrors } from '../knowledge/index.ts';
import { commonErrors, type ErrorFactory } from '../lib/errors.ts';
import { egressErrors } from '../lib/guarded-http/index.ts';
import { limitErrors } from '../limits/index.ts';
import { modelErrors } from '../models/index.ts';
import { providerErrors } from '../providers/index.ts';
import { runErrors } from '../runs/index.ts';
import { scheduleErrors } from '../schedules/index.ts';
import { toolErrors } from '../tools/index.ts';
import { webhookErrors } from '../webhooks/index.ts';

/** Every code that the server can answer with, by room. */
export const errorCatalogue: Readonly<Record<string, Readonly<Record<string, ErrorFactory>>>> = {
  'Any request': commonErrors,
  'Accounts, users and keys': accountErrors,
  Agents: agentErrors,
  'The Agents API': { ...agentsApiErrors, ...responseErrors },
  Conversations: runErrors,
  Credit: billingErrors,
  'Crews and their jobs': crewErrors,
  'Jobs, in their own `error`': engineErrors,
  Documents: knowledgeErrors,
  'Idempotency-Key': idempotencyErrors,
  Limits: limitErrors,
  Models: modelErrors,
  Providers: providerErrors,
  Tools: toolErrors,
  Webhooks: webhookErrors,
  Schedules: scheduleErrors,
  'Outgoing requests': egressErrors,
};
