import { commonErrors, type MusterError } from '../../lib/errors.ts';

/** How long a caller is asked to wait before it tries again. */
const RETRY_AFTER_MS = 2_000;

/** The database cannot be reached, or refuses work for now. `sent`: the commands may have been carried out all the same. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly sent: boolean;

  constructor(sent: boolean, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.sent = sent;
  }
}

/** What a caller gets instead: 503 with Retry-After. */
export function unavailable(cause: unknown): MusterError {
  return commonErrors.service_unavailable(
    'The database cannot be reached at the moment. Try again shortly.',
    {
      retryAfterMs: RETRY_AFTER_MS,
      cause,
    },
  );
}

export function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && 'severity' in error ? String(error.code) : '';
}

/**
 * Whether PostgreSQL itself said that it cannot serve now: it starts or stops (57P), has no connection left (53300), or has
 * become a replica (25006).
 */
export function isServerAway(error: unknown): boolean {
  const state = sqlStateOf(error);
  return /^(57P0[1-5]|08|53300|25006)/.test(state);
}

/** It is there, and has no connection left. */
export function isServerFull(error: unknown): boolean {
  return sqlStateOf(error) === '53300';
}

/** Two transactions stood in each other's way; the same again will do. */
export function isContention(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(sqlStateOf(error));
}

/** What a connection remembers of its statements is not what the server has: the schema has changed, or a pooler is between. */
export function isStalePlan(error: unknown): boolean {
  if (isForgottenStatement(error)) return true;
  return sqlStateOf(error) === '0A000' && error instanceof Error && error.message.includes('cached plan');
}

/** A statement is not there, or is there already: a pooler lets the session have another connection each time. */
export function isForgottenStatement(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlStateOf(error));
}

export function isConstraint(error: unknown): boolean {
  return sqlStateOf(error).startsWith('23');
}
