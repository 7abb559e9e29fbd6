import { type Static, Type } from 'typebox';
import type { AgentKey, KeyUpdate } from '../../../accounts/index.ts';
import type { Spend } from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { readOptionalUsd } from '../amounts.ts';
import { CapFields, toCaps } from '../caps.ts';
import { Closed, Nullable, PageQuery, PageReply, Time, timeOrNull } from '../schemas.ts';
import { Origins, readOrigins } from './read-origins.ts';

const limits = {
  expires_at: Type.Optional(
    Nullable(Type.String({ maxLength: 40, description: 'ISO-8601 with its zone; null: never.' })),
  ),
  agent_ids: Type.Optional(
    Nullable(
      Type.Array(Type.String({ maxLength: 100 }), {
        maxItems: 500,
        description: 'The agents and crews that the key may call; null: all.',
      }),
    ),
  ),
  daily_limit_usd: Type.Optional(
    Nullable(Type.Number({ description: 'The most it may spend a day (UTC).' })),
  ),
  monthly_limit_usd: Type.Optional(
    Nullable(Type.Number({ description: 'The most it may spend a month (UTC).' })),
  ),
  requests_per_minute: Type.Optional(
    Nullable(Type.Integer({ minimum: 1, description: "Beside the account's own; null: none." })),
  ),
  requests_per_hour: Type.Optional(
    Nullable(Type.Integer({ minimum: 1, description: "Beside the account's own; null: none." })),
  ),
  allowed_origins: Type.Optional(
    Nullable({
      ...Origins,
      description:
        'Of the pages that may have a chat of this key, in place of those that its embed codes were made with; null: those.',
    }),
  ),
};
const Name = Type.String({ minLength: 1, maxLength: 200 });

export const CreateKeyBody = Closed({ name: Name, ...limits });
export const UpdateKeyBody = Closed({
  name: Type.Optional(Name),
  disabled: Type.Optional(Type.Boolean()),
  ...limits,
});

export const Key = Type.Object({
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String({ description: 'How the key begins.' }),
  last4: Type.String({ description: 'How the key ends.' }),
  disabled: Type.Boolean(),
  agent_ids: Nullable(Type.Array(Type.String())),
  ...CapFields,
  requests_per_minute: Nullable(Type.Integer()),
  requests_per_hour: Nullable(Type.Integer()),
  allowed_origins: Nullable(Type.Array(Type.String())),
  created_by: Nullable(Type.String({ description: 'A user.' })),
  created_at: Time,
  expires_at: Nullable(Time),
  last_used_at: Nullable(Time),
});

export const CreatedKey = Type.Object({
  ...Key.properties,
  key: Type.String({ description: 'The key itself, shown this once.' }),
});

export const KeyListQuery = Closed({
  ...PageQuery,
  capped: Type.Optional(
    Type.Boolean({ description: 'true: those with a cap of a day or month; false: those without.' }),
  ),
});

export const KeyList = Type.Object({ keys: Type.Array(Key), ...PageReply });

export function toKey(key: AgentKey, spend?: Spend): Static<typeof Key> {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    last4: key.last4,
    disabled: key.disabled,
    agent_ids: key.agentIds ? [...key.agentIds] : null,
    ...toCaps(key, spend),
    requests_per_minute: key.requestsPerMinute ?? null,
    requests_per_hour: key.requestsPerHour ?? null,
    allowed_origins: key.allowedOrigins ? [...key.allowedOrigins] : null,
    created_by: key.createdBy ?? null,
    created_at: isoTime(key.createdAt),
    expires_at: timeOrNull(key.expiresAt),
    last_used_at: timeOrNull(key.lastUsedAt),
  };
}

export function toKeyUpdate(body: Static<typeof UpdateKeyBody>): KeyUpdate {
  return {
    name: body.name,
    disabled: body.disabled,
    expiresAt: body.expires_at,
    agentIds: body.agent_ids,
    dailyLimitNanoUsd: readOptionalUsd('daily_limit_usd', body.daily_limit_usd),
    monthlyLimitNanoUsd: readOptionalUsd('monthly_limit_usd', body.monthly_limit_usd),
    requestsPerMinute: body.requests_per_minute,
    requestsPerHour: body.requests_per_hour,
    allowedOrigins: body.allowed_origins && readOrigins(body.allowed_origins),
  };
}
