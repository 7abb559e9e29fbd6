import type { AccountsTables } from './schema/accounts-tables.ts';
import type { AgentsTables } from './schema/agents-tables.ts';
import type { AuditTables } from './schema/audit-tables.ts';
import type { BillingTables } from './schema/billing-tables.ts';
import type { CrewsTables } from './schema/crews-tables.ts';
import type { EngineTables } from './schema/engine-tables.ts';
import type { IdempotencyTables } from './schema/idempotency-tables.ts';
import type { KnowledgeTables } from './schema/knowledge-tables.ts';
import type { LimitsTables } from './schema/limits-tables.ts';
import type { MemoryTables } from './schema/memory-tables.ts';
import type { ProcessesTables } from './schema/processes-tables.ts';
import type { ProvidersTables } from './schema/providers-tables.ts';
import type { RunsTables } from './schema/runs-tables.ts';
import type { SchedulesTables } from './schema/schedules-tables.ts';
import type { ToolsTables } from './schema/tools-tables.ts';
import type { WebhooksTables } from './schema/webhooks-tables.ts';

export type * from './schema/accounts-tables.ts';
export type * from './schema/agents-tables.ts';
export type * from './schema/audit-tables.ts';
export type * from './schema/billing-tables.ts';
export type * from './schema/crews-tables.ts';
export type * from './schema/engine-tables.ts';
export type * from './schema/idempotency-tables.ts';
export type * from './schema/knowledge-tables.ts';
export type * from './schema/limits-tables.ts';
export type * from './schema/memory-tables.ts';
export type * from './schema/processes-tables.ts';
export type * from './schema/providers-tables.ts';
export type * from './schema/runs-tables.ts';
export type * from './schema/schedules-tables.ts';
export type * from './schema/tools-tables.ts';
export type * from './schema/webhooks-tables.ts';

/**
 * The tables, as Kysely types, by the rooms that keep them. Times are milliseconds since 1970 (`…_at`), flags are 0 or 1,
 * JSON is text, and money is `…_nano_usd` (bigint). Every table of an account's data has `account_id`; every query names it.
 */
export interface Schema
  extends AccountsTables,
    AgentsTables,
    AuditTables,
    BillingTables,
    CrewsTables,
    EngineTables,
    IdempotencyTables,
    KnowledgeTables,
    LimitsTables,
    MemoryTables,
    ProcessesTables,
    ProvidersTables,
    RunsTables,
    SchedulesTables,
    ToolsTables,
    WebhooksTables {}
