import type { Actor } from '../audit/index.ts';
import type { UserPrincipal } from './types.ts';

/** Who the audit log says that it was, when no more is known of the request than its session. */
export function toActor({ userId, email, sessionId }: UserPrincipal): Actor {
  return { kind: 'user', id: userId, name: email, sessionId };
}
