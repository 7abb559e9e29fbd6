import { start } from './0001-start.ts';
import { knowledge } from './0002-knowledge.ts';
import { engine } from './0003-engine.ts';
import { responses } from './0004-responses.ts';
import { crews } from './0005-crews.ts';
import { idempotency } from './0006-idempotency.ts';
import { audit } from './0007-audit.ts';
import { executionUsage } from './0008-execution-usage.ts';
import { waitsAndOutcomes } from './0009-waits-and-outcomes.ts';
import { tools } from './0010-tools.ts';
import { executionLists } from './0011-execution-lists.ts';
import { webhooks } from './0012-webhooks.ts';
import { sandboxes } from './0013-sandboxes.ts';
import { usageRollups } from './0014-usage-rollups.ts';
import { schedules } from './0015-schedules.ts';
import { keyLimits } from './0016-key-limits.ts';
import { processes } from './0017-processes.ts';
import { retention } from './0018-retention.ts';
import { auditChain } from './0019-audit-chain.ts';
import { agentCaps } from './0020-agent-caps.ts';
import { sessionPlaces } from './0021-session-places.ts';
import { agentSpend } from './0022-agent-spend.ts';
import { auditCheckpoints } from './0023-audit-checkpoints.ts';
import { auditGuards } from './0024-audit-guards.ts';
import { usageByHour } from './0025-usage-by-hour.ts';
import { accountDeletion } from './0026-account-deletion.ts';
import { batchesByAccount } from './0027-batches-by-account.ts';
import { begunTurns } from './0028-begun-turns.ts';
import { reread } from './0029-reread.ts';
import { keyOrigins } from './0030-key-origins.ts';

/** A step of the schema. Never changed once it has shipped; a correction is a further one. */
export interface Migration {
  readonly name: string;
  readonly sqlite: string;
  /** Needed only where db/postgres/to-postgres-sql.ts cannot translate it: full text, triggers, functions. */
  readonly postgres?: string;
}

/** In order; a migration's id is its place here, from 1. */
export const migrations: readonly Migration[] = [
  start,
  knowledge,
  engine,
  responses,
  crews,
  idempotency,
  audit,
  executionUsage,
  waitsAndOutcomes,
  tools,
  executionLists,
  webhooks,
  sandboxes,
  usageRollups,
  schedules,
  keyLimits,
  processes,
  retention,
  auditChain,
  agentCaps,
  sessionPlaces,
  agentSpend,
  auditCheckpoints,
  auditGuards,
  usageByHour,
  accountDeletion,
  batchesByAccount,
  begunTurns,
  reread,
  keyOrigins,
];
