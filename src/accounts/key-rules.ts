import { invalid } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import { checkAmount, checkCount, checkName } from './field-rules.ts';
import type { KeyChange } from './key-store.ts';

/** A time as milliseconds or as ISO-8601 text with its zone. */
type ExpiresAt = number | string;

export interface KeyInput {
  readonly name: string;
  readonly expiresAt?: ExpiresAt | null | undefined;
  readonly agentIds?: readonly string[] | null | undefined;
  readonly dailyLimitNanoUsd?: bigint | null | undefined;
  readonly monthlyLimitNanoUsd?: bigint | null | undefined;
  readonly requestsPerMinute?: number | null | undefined;
  readonly requestsPerHour?: number | null | undefined;
  /** Origins, as browsers send them. */
  readonly allowedOrigins?: readonly string[] | null | undefined;
}

/** What is absent stays; null takes a limit, a date or the bound to agents away. */
export interface KeyUpdate extends Omit<KeyInput, 'name'> {
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const CALLABLE_ID = /^(agent|crew)_[0-9A-Za-z]{1,64}$/;
const MAX_AGENT_IDS = 500;

/** The checked values of an update or a new key; fields are named as on the wire. */
export function checkKeyUpdate(update: KeyUpdate, now: number): KeyChange {
  const { name, disabled, expiresAt, agentIds, dailyLimitNanoUsd, monthlyLimitNanoUsd } = update;
  const { requestsPerMinute, requestsPerHour, allowedOrigins } = update;
  return {
    ...(name !== undefined && { name: checkName('name', name) }),
    ...(disabled !== undefined && { disabled }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : checkExpiresAt(expiresAt, now) }),
    ...(agentIds !== undefined && { agentIds: agentIds === null ? null : checkAgentIds(agentIds) }),
    ...(dailyLimitNanoUsd !== undefined && {
      dailyLimitNanoUsd: dailyLimitNanoUsd && checkAmount('daily_limit_usd', dailyLimitNanoUsd),
    }),
    ...(monthlyLimitNanoUsd !== undefined && {
      monthlyLimitNanoUsd: monthlyLimitNanoUsd && checkAmount('monthly_limit_usd', monthlyLimitNanoUsd),
    }),
    ...(requestsPerMinute !== undefined && {
      requestsPerMinute:
        requestsPerMinute === null ? null : checkCount('requests_per_minute', requestsPerMinute),
    }),
    ...(requestsPerHour !== undefined && {
      requestsPerHour: requestsPerHour === null ? null : checkCount('requests_per_hour', requestsPerHour),
    }),
    ...(allowedOrigins !== undefined && { allowedOrigins }),
  };
}

function checkExpiresAt(given: ExpiresAt, now: number): number {
  const at = typeof given === 'number' ? given : parseIsoTime(given);
  if (!Number.isSafeInteger(at) || at > 253_402_300_799_999) {
    throw invalid('expires_at', 'must be a time such as 2030-01-31T00:00:00Z');
  }
  if (at <= now) throw invalid('expires_at', 'is in the past');
  return at;
}

/** NaN for what is no time, including days that do not exist, which Date.parse rolls over (30 February). */
function parseIsoTime(text: string): number {
  const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return day <= daysInMonth ? ms : Number.NaN;
}

function checkAgentIds(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw invalid('agent_ids', 'must name at least one; leave it out for all agents');
  if (ids.length > MAX_AGENT_IDS) throw invalid('agent_ids', `may name at most ${MAX_AGENT_IDS}`);
  const wrong = ids.findIndex((id) => !CALLABLE_ID.test(id));
  if (wrong !== -1) throw invalid(`agent_ids.${wrong}`, 'must be the id of an agent or a crew');
  return [...new Set(ids)];
}

/** What the audit log says of a change: bigint amounts as texts, times as they are stored. */
export function toAuditDetails(change: KeyChange): JsonObject {
  const { agentIds, allowedOrigins, dailyLimitNanoUsd, monthlyLimitNanoUsd, ...rest } = change;
  return {
    ...rest,
    ...(agentIds !== undefined && { agentIds: agentIds && [...agentIds] }),
    ...(allowedOrigins !== undefined && { allowedOrigins: allowedOrigins && [...allowedOrigins] }),
    ...(dailyLimitNanoUsd !== undefined && { dailyLimitNanoUsd: textOrNull(dailyLimitNanoUsd) }),
    ...(monthlyLimitNanoUsd !== undefined && { monthlyLimitNanoUsd: textOrNull(monthlyLimitNanoUsd) }),
  };
}

function textOrNull(amount: bigint | null): string | null {
  return amount === null ? null : String(amount);
}
