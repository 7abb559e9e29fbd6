import type { Actor } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import { ACCESS_TOKEN_SECONDS } from './access-tokens.ts';
import { toActor } from './actor.ts';
import type { AccountsContext } from './context.ts';
import { accountGone } from './errors.ts';
import { keyPrefix, makeKeyText } from './key-format.ts';
import { isSandboxAccount, sandboxIdOf } from './sandbox-id.ts';
import { hashSecret } from './secret-text.ts';
import type { UserPrincipal } from './types.ts';

const SANDBOX_KEY_NAME = 'Sandbox';

/** Credentials of an account's sandbox. Both live for `expiresInSeconds`; new ones can be had at any time. */
export interface SandboxAccess {
  readonly accessToken: string;
  readonly tokenType: 'bearer';
  readonly expiresInSeconds: number;
  readonly agentKey: string;
}

/**
 * Lets a person into the sandbox of their account, which is made by the first who asks. They are there who they are
 * here, with the role that they have at the time of each request; the server itself nobody runs from there.
 */
export async function openSandbox(
  context: AccountsContext,
  actor: UserPrincipal,
  by: Actor = toActor(actor),
): Promise<SandboxAccess> {
  if (isSandboxAccount(actor.accountId)) {
    throw commonErrors.forbidden('This token is of a sandbox already, and a sandbox has none of its own.');
  }
  const { store, ids, clock } = context;
  const now = clock.now();
  const expiresAt = now + ACCESS_TOKEN_SECONDS * 1_000;
  const accountId = sandboxIdOf(actor.accountId);
  const session = { accountId, userId: actor.userId, sessionId: ids.next('sess_') };
  const agentKey = makeKeyText(context.randomBytes);
  const written = await context.db.write([
    store.requireOpen(actor.accountId),
    store.requireUser(actor.accountId, actor.userId),
    store.ensureSandbox(actor.accountId, accountId, now),
    store.insertSession({
      ...{ ...session, id: session.sessionId, createdAt: now, expiresAt },
      ...{ ip: by.ip, userAgent: undefined },
    }),
    store.deleteExpiredKeys(accountId, SANDBOX_KEY_NAME, now),
    store.insertKey(
      {
        id: ids.next('key_'),
        accountId,
        name: SANDBOX_KEY_NAME,
        prefix: keyPrefix(agentKey),
        last4: agentKey.slice(-4),
        agentIds: undefined,
        dailyLimitNanoUsd: undefined,
        monthlyLimitNanoUsd: undefined,
        requestsPerMinute: undefined,
        requestsPerHour: undefined,
        allowedOrigins: undefined,
        disabled: false,
        createdBy: actor.userId,
        createdAt: now,
        expiresAt,
        lastUsedAt: undefined,
      },
      hashSecret(agentKey),
    ),
    context.audit.record({
      accountId: actor.accountId,
      action: 'sandbox.opened',
      by,
      object: { type: 'account', id: accountId },
    }),
  ]);
  if (!written.ok) throw accountGone();
  return {
    accessToken: await context.accessTokens.sign(session),
    tokenType: 'bearer',
    expiresInSeconds: ACCESS_TOKEN_SECONDS,
    agentKey,
  };
}
