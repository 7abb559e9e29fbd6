import { invalid } from '../lib/errors.ts';
import { type AccountLimits, ROLES, type Role, TIERS, type Tier } from './types.ts';

/** Far above any sum, far below what a database integer holds. */
const MAX_AMOUNT_NANO_USD = 1_000_000_000_000_000_000n;
const MAX_REQUESTS = 1_000_000_000;

/**
 * Letters of all languages, no quoted forms: what people have. A domain may be one word (`localhost`), as on a machine
 * of one's own.
 */
const EMAIL =
  /^(?=[^@]{1,64}@)[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?)*$/u;

export function checkName(field: string, name: string, maxChars = 200): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > maxChars)
    throw invalid(field, `must have 1 to ${maxChars} characters`);
  if (/\p{Cc}/u.test(trimmed)) throw invalid(field, 'must not contain control characters');
  return trimmed;
}

/** The form in which an email is stored and compared, or a 400 that names `field`. */
export function checkEmail(field: string, email: string): string {
  const normal = normalizeEmail(email);
  if (normal.length > 254 || !EMAIL.test(normal)) throw invalid(field, 'must be an email address');
  return normal;
}

export function normalizeEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

export function checkRole(field: string, role: string): Role {
  const known = ROLES.find((candidate) => candidate === role);
  if (known === undefined) throw invalid(field, `must be one of ${ROLES.join(', ')}`);
  return known;
}

export function checkTier(field: string, tier: string): Tier {
  const known = TIERS.find((candidate) => candidate === tier);
  if (known === undefined) throw invalid(field, `must be one of ${TIERS.join(', ')}`);
  return known;
}

export function checkAmount(field: string, amount: bigint): bigint {
  if (amount < 0n || amount > MAX_AMOUNT_NANO_USD) {
    throw invalid(field, 'must be an amount from 0 to 1,000,000,000');
  }
  return amount;
}

export function checkLimits(limits: AccountLimits): AccountLimits {
  const fields = {
    requests_per_minute: limits.requestsPerMinute,
    requests_per_hour: limits.requestsPerHour,
    concurrent_streams: limits.concurrentStreams,
    running_jobs: limits.runningJobs,
  };
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) checkCount(`limits.${name}`, value);
  return limits;
}

export function checkCount(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > MAX_REQUESTS) {
    throw invalid(field, 'must be a whole number from 1');
  }
  return value;
}
