import { commonErrors } from '../lib/errors.ts';
import { ROLES, type Role, type UserPrincipal } from './types.ts';

/** Whether `role` may do what asks for `needed`: viewer < editor < admin < owner. */
export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Throws `forbidden` when the person's role is below `needed`. `action` completes "Your role may not …". */
export function requireRole(actor: UserPrincipal, needed: Role, action: string): void {
  if (roleAllows(actor.role, needed)) return;
  throw commonErrors.forbidden(`Your role (${actor.role}) may not ${action}; it takes ${needed} or above.`);
}

export function toRole(text: string): Role {
  const role = ROLES.find((candidate) => candidate === text);
  if (role === undefined) throw new Error(`The database holds an unknown role '${text}'`);
  return role;
}
