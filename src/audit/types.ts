import type { JsonObject } from '../lib/json.ts';

/** What is written down: everything that decides who may do what, and what it may cost. */
export const AUDIT_ACTIONS = [
  'login.succeeded',
  'login.failed',
  'session.ended',
  'session.reuse-detected',
  'password.changed',
  'password.set',
  'user.created',
  'user.updated',
  'user.deleted',
  'user.setup-link-issued',
  'key.created',
  'key.updated',
  'key.revoked',
  'widget.created',
  'account.created',
  'account.updated',
  'account.deleted',
  'account.erased',
  'credit.adjusted',
  'provider.created',
  'provider.updated',
  'provider.deleted',
  'price.set',
  'price.removed',
  'tool.created',
  'tool.updated',
  'tool.deleted',
  'mcp-server.created',
  'mcp-server.updated',
  'mcp-server.deleted',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.secret-rotated',
  'webhook.disabled',
  'sandbox.opened',
  'sandbox.emptied',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who did it, and from where. */
export interface Actor {
  /** `system`: the server itself, or whoever has its machine. */
  readonly kind: 'user' | 'system';
  readonly id: string | null;
  /** For people who read the log: an email, or what of the system it was. */
  readonly name: string;
  readonly sessionId?: string | undefined;
  readonly ip?: string | undefined;
  readonly requestId?: string | undefined;
}

export const SYSTEM: Actor = { kind: 'system', id: null, name: 'the server' };

export interface AuditObject {
  readonly type:
    | 'user'
    | 'key'
    | 'account'
    | 'session'
    | 'provider'
    | 'model'
    | 'tool'
    | 'mcp_server'
    | 'webhook';
  readonly id: string;
}

export interface AuditRecord {
  readonly accountId: string;
  readonly action: AuditAction;
  readonly by: Actor;
  readonly object?: AuditObject;
  /** What was changed and to what. Never a secret, and never what a secret was made of. */
  readonly details?: JsonObject;
}

/** A line of the log. */
export interface AuditEntry extends AuditRecord {
  readonly id: string;
  readonly at: number;
  readonly details: JsonObject;
  /** Its place in the account's chain, from 1, and what it hashes to with all before it; a moment after it is written. */
  readonly chain?: { readonly seq: number; readonly hash: string };
}

/** Which lines are wanted; times are milliseconds, `to` is excluded. */
export interface AuditFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly action?: AuditAction | undefined;
  readonly actorId?: string | undefined;
  readonly objectId?: string | undefined;
}
