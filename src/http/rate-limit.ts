import type { FastifyReply } from 'fastify';
import type { Principal } from '../accounts/index.ts';
import { type LimitedKey, type Limits, refusal, type Standing } from '../limits/index.ts';

/** Said where there is none, so that a client that reads the headers finds them on every reply. */
const UNLIMITED: Readonly<Record<string, string>> = {
  'ratelimit-limit': 'unlimited',
  'ratelimit-remaining': 'unlimited',
  'ratelimit-reset': '0',
  'ratelimit-policy': 'unlimited',
  'x-ratelimit-limit': 'unlimited',
  'x-ratelimit-remaining': 'unlimited',
  'x-ratelimit-reset': '0',
};

/** For pages of other origins: the headers that they may read. */
export const RATE_HEADERS = Object.keys(UNLIMITED);

/**
 * Counts the request against the limits of its account and its key, and says on the reply, whatever it becomes, how the account stands.
 * Throws rate_limit_exceeded. `X-RateLimit-Reset` is a moment in seconds since 1970, as GitHub has it; `RateLimit-Reset`
 * is seconds from now.
 */
export async function limitRequest(limits: Limits, principal: Principal, reply: FastifyReply): Promise<void> {
  const standing = await limits.take(principal.accountId, limitedKey(principal));
  if (!standing) {
    reply.headers(UNLIMITED);
    return;
  }
  reply.headers(toHeaders(standing));
  if (!standing.admitted) throw refusal(standing);
}

function toHeaders({ limit, remaining, resetMs, resetAt, policy }: Standing): Record<string, string> {
  const seconds = String(Math.ceil(resetMs / 1000));
  const [limitText, remainingText] = [String(limit), String(remaining)];
  return {
    'ratelimit-limit': limitText,
    'ratelimit-remaining': remainingText,
    'ratelimit-reset': seconds,
    'ratelimit-policy': policy,
    'x-ratelimit-limit': limitText,
    'x-ratelimit-remaining': remainingText,
    'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
  };
}

/** Whose own limits count beside the account's. */
export function limitedKey(principal: Principal): LimitedKey | undefined {
  return principal.kind === 'key' ? principal : undefined;
}
