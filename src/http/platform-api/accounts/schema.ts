import { type Static, Type } from 'typebox';
import { type Account, type AccountLimits, TIERS } from '../../../accounts/index.ts';
import { usdNumber } from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { Closed, Nullable, PageReply, Time, Usd } from '../schemas.ts';
import { CreatedUser } from '../users/schema.ts';

const Limits = Closed({
  requests_per_minute: Type.Optional(Type.Integer({ minimum: 1 })),
  requests_per_hour: Type.Optional(Type.Integer({ minimum: 1 })),
  concurrent_streams: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Streams that may be open at once.' }),
  ),
  running_jobs: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Jobs that may be queued or running at once.' }),
  ),
});
const TierName = Type.Enum([...TIERS]);
const Name = Type.String({ minLength: 1, maxLength: 200 });

export const CreateAccountBody = Closed({
  name: Name,
  owner_email: Type.String({ minLength: 1, maxLength: 320 }),
  owner_password: Type.Optional(
    Type.String({ maxLength: 1_024, description: 'Left out, the owner sets it by a one-time link.' }),
  ),
  tier: Type.Optional(TierName),
  credit_usd: Type.Optional(Type.Number({ description: 'Default: MUSTER_STARTING_CREDIT.' })),
  limits: Type.Optional(Limits),
});

export const UpdateAccountBody = Closed({
  name: Type.Optional(Name),
  tier: Type.Optional(TierName),
  limits: Type.Optional(Nullable(Limits)),
  status: Type.Optional(Type.Enum(['active', 'suspended'])),
});

export const DeleteAccountBody = Closed({
  confirm: Type.String({
    maxLength: 1_000,
    description: 'The name of the account, as a sign that it is meant.',
  }),
});

/** For the description of what deletes one. */
export const WHAT_GOES =
  'At once and for good: its people, sessions and keys get a 401, what is open under them ends, running jobs are stopped, nothing more is scheduled or sent, and its emails are free. Then everything that it holds is erased, its sandbox included: agents, crews, documents, conversations, jobs, usage, credit. That is mostly done when the reply comes, and goes on after a restart where it is not. The audit log keeps who deleted it, when, and what it was billed in all.';

export const AccountReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  tier: Type.String(),
  limits: Nullable(Limits),
  status: Type.String(),
  balance_usd: Usd,
  held_usd: Usd,
  created_at: Time,
});

export const CreatedAccount = Type.Object({ ...AccountReply.properties, owner: CreatedUser });
export const AccountList = Type.Object({ accounts: Type.Array(AccountReply), ...PageReply });

export function toAccount(account: Account): Static<typeof AccountReply> {
  return {
    id: account.id,
    name: account.name,
    tier: account.tier,
    limits: account.limits ? toWireLimits(account.limits) : null,
    status: account.status,
    balance_usd: usdNumber(account.balanceNanoUsd),
    held_usd: usdNumber(account.heldNanoUsd),
    created_at: isoTime(account.createdAt),
  };
}

function toWireLimits(limits: AccountLimits): Static<typeof Limits> {
  const { requestsPerMinute, requestsPerHour, concurrentStreams, runningJobs } = limits;
  return {
    ...(requestsPerMinute !== undefined && { requests_per_minute: requestsPerMinute }),
    ...(requestsPerHour !== undefined && { requests_per_hour: requestsPerHour }),
    ...(concurrentStreams !== undefined && { concurrent_streams: concurrentStreams }),
    ...(runningJobs !== undefined && { running_jobs: runningJobs }),
  };
}

export function toLimits(limits: Static<typeof Limits>): AccountLimits {
  const { requests_per_minute, requests_per_hour, concurrent_streams, running_jobs } = limits;
  return {
    ...(requests_per_minute !== undefined && { requestsPerMinute: requests_per_minute }),
    ...(requests_per_hour !== undefined && { requestsPerHour: requests_per_hour }),
    ...(concurrent_streams !== undefined && { concurrentStreams: concurrent_streams }),
    ...(running_jobs !== undefined && { runningJobs: running_jobs }),
  };
}
