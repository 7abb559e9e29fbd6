import type { AccountActor, Accounts, WidgetTokens } from '../../accounts/index.ts';
import type { Agents } from '../../agents/index.ts';
import type { Actor, Audit } from '../../audit/index.ts';
import type { Billing, UsageLog } from '../../billing/index.ts';
import type { Crews, ExecutionStatistics, Executions } from '../../crews/index.ts';
import type { Idempotency } from '../../idempotency/index.ts';
import type { Knowledge } from '../../knowledge/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Ids } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Limits } from '../../limits/index.ts';
import type { Memory } from '../../memory/index.ts';
import type { Providers } from '../../providers/index.ts';
import type { RunStatistics, Runs } from '../../runs/index.ts';
import type { Schedules } from '../../schedules/index.ts';
import type { AccountTools, ToolRegistry } from '../../tools/index.ts';
import type { Webhooks } from '../../webhooks/index.ts';
import type { ApiDocuments } from '../about/index.ts';
import type { OpenRequests } from '../client-gone.ts';
import type { HealthDeps } from './health/health-api.ts';

/** What the Platform API needs of the rooms below it. */
export interface PlatformApiDeps extends HealthDeps {
  readonly accounts: Accounts;
  readonly widgetTokens: WidgetTokens;
  readonly agents: Agents;
  readonly audit: Audit;
  readonly crews: Crews;
  readonly executions: Executions;
  readonly memory: Memory;
  readonly billing: Pick<Billing, 'balance' | 'adjust' | 'spentByAgents' | 'spentByKeys'>;
  readonly usageLog: UsageLog;
  readonly statistics: { readonly executions: ExecutionStatistics; readonly runs: RunStatistics };
  readonly knowledge: Knowledge;
  readonly providers: Providers;
  readonly runs: Pick<Runs, 'findRun' | 'prepareTurn' | 'threads'>;
  readonly tools: AccountTools & Pick<ToolRegistry, 'runTool'>;
  readonly webhooks: Webhooks;
  readonly schedules: Schedules;
  readonly openRequests: OpenRequests;
  readonly documents: ApiDocuments;
  readonly limits: Limits;
  readonly idempotency: Idempotency;
  /** What agents, crews and keys are called now, by their ids; what is gone has no name. */
  readonly names: (accountId: string, ids: Iterable<string | null>) => Promise<ReadonlyMap<string, string>>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Undefined: pages of other origins may not call this API. */
  readonly corsOrigins: readonly string[] | undefined;
  /** What a new account starts with unless its maker says otherwise. */
  readonly startingCreditNanoUsd: bigint;
  /** MUSTER_PUBLIC_URL; undefined: people reach the server where their requests do. */
  readonly publicUrl: string | undefined;
  /** See app/empty-sandbox.ts. */
  readonly emptySandbox: (sandboxId: string, by: Actor, ofAccountId: string) => Promise<void>;
  /** Everything that an account has, as a tar; see app/export-account.ts. */
  readonly exportAccount: (accountId: string) => AsyncIterable<Uint8Array>;
  /** Nobody gets in any more when this resolves, and mostly all is erased; see app/erase-accounts.ts. */
  readonly deleteAccount: (accountId: string, confirm: string, by: AccountActor) => Promise<void>;
}
