import { type Static, Type } from 'typebox';
import { isoTime } from '../../../../lib/clock.ts';
import type { McpServer } from '../../../../tools/index.ts';
import { Closed, Nullable, PageReply, Time, timeOrNull } from '../../schemas.ts';
import { AuthField, AuthTypeField } from '../auth.ts';

const Url = Type.String({
  maxLength: 4_000,
  description: 'Of its streamable HTTP endpoint, or of its older SSE one.',
});

export const CreateMcpServerBody = Closed({
  name: Type.String({ maxLength: 32, description: 'Its tools are then called `name__tool`.' }),
  url: Url,
  auth_type: Type.Optional(AuthTypeField),
  auth: Type.Optional(AuthField),
});

export const UpdateMcpServerBody = Closed({
  url: Type.Optional(Url),
  auth_type: Type.Optional(AuthTypeField),
  auth: Type.Optional(AuthField),
});

export const McpServerReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.String(),
  auth_type: Type.String(),
  has_auth: Type.Boolean({ description: 'Whether a credential is set; no reply has it.' }),
  status: Type.String({ description: 'ready; error: it could not be asked for its tools the last time.' }),
  error: Nullable(Type.String({ description: 'Why.' })),
  tools: Type.Array(Type.String(), { description: 'Names of its tools, for agents and GET /tools.' }),
  checked_at: Nullable(Time),
  created_at: Time,
  updated_at: Time,
});

export const McpServerList = Type.Object({ servers: Type.Array(McpServerReply), ...PageReply });

export function toMcpServer(server: McpServer, tools: readonly string[]): Static<typeof McpServerReply> {
  return {
    id: server.id,
    name: server.name,
    url: server.url,
    auth_type: server.authType,
    has_auth: server.hasAuth,
    status: server.status,
    error: server.error ?? null,
    tools: [...tools],
    checked_at: timeOrNull(server.checkedAt),
    created_at: isoTime(server.createdAt),
    updated_at: isoTime(server.updatedAt),
  };
}
