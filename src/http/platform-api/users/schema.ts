import { type Static, Type } from 'typebox';
import { ROLES, type User } from '../../../accounts/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { Closed, Nullable, PageReply, Time } from '../schemas.ts';

const RoleName = Type.Enum([...ROLES]);
const Name = Type.String({ maxLength: 200 });

export const CreateUserBody = Closed({
  email: Type.String({ minLength: 1, maxLength: 320 }),
  role: RoleName,
  name: Type.Optional(Name),
  password: Type.Optional(
    Type.String({ maxLength: 1_024, description: 'Left out, the person sets it by a one-time link.' }),
  ),
});

export const UpdateUserBody = Closed({ name: Type.Optional(Name), role: Type.Optional(RoleName) });

export const UserReply = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  is_operator: Type.Boolean(),
  has_password: Type.Boolean({ description: 'False until the set-up link was used.' }),
  created_at: Time,
  updated_at: Time,
});

/** A one-time link for setting a password; null when there is a password. */
const SetupReply = {
  setup_token: Nullable(Type.String({ description: 'For POST /auth/setup; works once, for 7 days.' })),
  setup_url: Nullable(Type.String({ description: 'The same as a link to the console.' })),
};

export const CreatedUser = Type.Object({ ...UserReply.properties, ...SetupReply });
export const UserList = Type.Object({ users: Type.Array(UserReply), ...PageReply });

export function toUser(user: User): Static<typeof UserReply> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    is_operator: user.isOperator,
    has_password: user.hasPassword,
    created_at: isoTime(user.createdAt),
    updated_at: isoTime(user.updatedAt),
  };
}

export function toSetup(
  token: string | undefined,
  setupUrl: (token: string) => string,
): { setup_token: string | null; setup_url: string | null } {
  return token === undefined
    ? { setup_token: null, setup_url: null }
    : { setup_token: token, setup_url: setupUrl(token) };
}
