import type { Actor } from '../audit/index.ts';
import type { AccountsContext } from './context.ts';
import { accountErrors } from './errors.ts';
import { checkNewPassword } from './password-rules.ts';
import { hashSecret } from './secret-text.ts';
import { writeEndingSessions } from './session-life.ts';
import type { User } from './types.ts';
import type { SetupLink } from './user-store.ts';

const SETUP_LINK_MS = 7 * 24 * 60 * 60_000;
const PATTERN = /^setup_[A-Za-z0-9_-]{43}$/;

/** A one-time token by which its holder sets a password within 7 days, and what is stored of it. */
export function makeSetupLink(context: AccountsContext): SetupLink & { readonly token: string } {
  const token = `setup_${context.randomBytes(32).toString('base64url')}`;
  return { token, hash: hashSecret(token), expiresAt: context.clock.now() + SETUP_LINK_MS };
}

/**
 * Sets the password of the user whom the link was made for and uses the link up. Sessions that the user still has
 * elsewhere end. Throws `invalid_setup_link` for a link that is used, replaced or too old.
 */
export async function completeSetup(
  context: AccountsContext,
  token: string,
  password: string,
  from: Pick<Actor, 'ip' | 'requestId'> = {},
): Promise<User> {
  const { store, clock } = context;
  const hash = hashSecret(token);
  const user = PATTERN.test(token) ? await store.findBySetupHash(hash, clock.now()) : undefined;
  if (!user) throw deadLink();
  checkNewPassword(password, user.email);
  const passwordHash = await context.passwords.hash(password);
  const now = clock.now();
  const used = await writeEndingSessions(context, user, [
    store.useSetupLink(user.accountId, user.id, hash, passwordHash, now),
    context.audit.record({
      accountId: user.accountId,
      action: 'password.set',
      by: { kind: 'user', id: user.id, name: user.email, ...from },
      object: { type: 'user', id: user.id },
    }),
  ]);
  if (!used) throw deadLink();
  return { ...user, hasPassword: true, updatedAt: now };
}

const deadLink = () =>
  accountErrors.invalid_setup_link(
    'This set-up link was used already, was replaced by a newer one, or is too old. Ask an admin for a new one.',
  );
