import { type Static, Type } from 'typebox';
import { usdNumber } from '../../../../billing/index.ts';
import { isoTime } from '../../../../lib/clock.ts';
import { type CustomTool, type CustomToolUpdate, HTTP_METHODS } from '../../../../tools/index.ts';
import { readOptionalUsd } from '../../amounts.ts';
import { Closed, Nullable, PageReply, Time, Usd } from '../../schemas.ts';
import { AuthField, AuthTypeField } from '../auth.ts';

const optional = <Schema extends Parameters<typeof Nullable>[0]>(schema: Schema) =>
  Type.Optional(Nullable(schema));

const Name = Type.String({ maxLength: 64, description: 'Letters, digits, _ and -; agents name it by this.' });
const Description = Type.String({ maxLength: 4_000, description: 'What a model chooses it by.' });
const Endpoint = Type.String({
  maxLength: 4_000,
  description: 'http:// or https://; {placeholders} in path and query take arguments.',
});
const changeable = {
  method: optional(Type.Enum([...HTTP_METHODS], { description: 'POST unless given.' })),
  parameters: optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of the arguments: an object.' }),
  ),
  auth: Type.Optional(AuthField),
  price_usd: optional(Type.Number({ description: 'What a call is billed; 0 unless given.' })),
  effects: optional(
    Type.Enum(['none', 'idempotent', 'unknown'], {
      description:
        'What becomes of a call that was cut off by a crash. none, idempotent: it is made again with the same Idempotency-Key. unknown: a person is asked. By the method unless given.',
    }),
  ),
  timeout_s: optional(Type.Number({ minimum: 1, maximum: 60, description: '30 unless given.' })),
};

export const CreateCustomToolBody = Closed({
  name: Name,
  description: Description,
  endpoint: Endpoint,
  auth_type: Type.Optional(AuthTypeField),
  ...changeable,
});

export const UpdateCustomToolBody = Closed({
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  endpoint: Type.Optional(Endpoint),
  auth_type: Type.Optional(AuthTypeField),
  ...changeable,
});

export const RegisteredTool = Type.Object({
  tool_id: Type.String(),
  status: Type.Literal('registered'),
  name: Type.String(),
});

export const CustomToolReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  former_names: Type.Array(Type.String(), { description: 'By them it can still be called.' }),
  description: Type.String(),
  endpoint: Type.String(),
  method: Type.String(),
  parameters: Nullable(Type.Record(Type.String(), Type.Unknown())),
  auth_type: Type.String(),
  has_auth: Type.Boolean({ description: 'Whether a credential is set; no reply has it.' }),
  price_usd: Usd,
  effects: Nullable(Type.String({ description: 'null: by the method.' })),
  timeout_s: Type.Number(),
  created_at: Time,
  updated_at: Time,
});

export const CustomToolList = Type.Object({ tools: Type.Array(CustomToolReply), ...PageReply });

export function toCustomTool(tool: CustomTool): Static<typeof CustomToolReply> {
  return {
    id: tool.id,
    name: tool.name,
    former_names: [...tool.formerNames],
    description: tool.description,
    endpoint: tool.endpoint,
    method: tool.method,
    parameters: tool.parameters === undefined ? null : { ...tool.parameters },
    auth_type: tool.authType,
    has_auth: tool.hasAuth,
    price_usd: usdNumber(tool.priceNanoUsd),
    effects: tool.effects ?? null,
    timeout_s: tool.timeoutMs / 1000,
    created_at: isoTime(tool.createdAt),
    updated_at: isoTime(tool.updatedAt),
  };
}

export function toToolUpdate(body: Static<typeof UpdateCustomToolBody>): CustomToolUpdate {
  const { name, description, endpoint, method, auth_type, auth, effects, timeout_s, parameters } = body;
  return {
    ...{ name, description, endpoint, method, auth, effects },
    authType: auth_type,
    // Parsed from JSON, so it is JSON.
    parameters: parameters as CustomToolUpdate['parameters'],
    priceNanoUsd: readOptionalUsd('price_usd', body.price_usd),
    timeoutMs: typeof timeout_s === 'number' ? Math.round(timeout_s * 1000) : timeout_s,
  };
}
