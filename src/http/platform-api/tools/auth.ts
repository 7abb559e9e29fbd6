import { Type } from 'typebox';
import { AUTH_TYPES } from '../../../tools/index.ts';
import { Closed, Nullable } from '../schemas.ts';

const Secret = Type.String({ maxLength: 8_000 });

export const AuthTypeField = Type.Enum([...AUTH_TYPES]);
const AuthBody = Closed({
  token: Type.Optional(Secret),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  value: Type.Optional(Secret),
  username: Type.Optional(Type.String({ maxLength: 1_000 })),
  password: Type.Optional(Secret),
});
export const AuthField = Nullable(AuthBody);

export const DeleteToolQuery = Closed({
  force: Type.Optional(Type.Boolean({ description: 'Also while agents or tasks use it.' })),
});
