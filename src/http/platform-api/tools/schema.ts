import { type Static, Type } from 'typebox';
import { usdNumber } from '../../../billing/index.ts';
import type { Tool } from '../../../tools/index.ts';
import { Closed, Nullable, Usd } from '../schemas.ts';

const JsonObject = Type.Record(Type.String(), Type.Unknown());

export const ToolReply = Type.Object({
  name: Type.String(),
  description: Type.String(),
  category: Type.String({
    description: 'research, data and utility are built in; custom and mcp the account brought.',
  }),
  source_id: Nullable(Type.String({ description: 'The custom tool, or the MCP server that it comes from.' })),
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of the arguments.' }),
  price_usd: Usd,
  needs: Nullable(
    Type.String({
      description: 'Settings of the server without which the tool does nothing yet; null: it is ready.',
    }),
  ),
});

export const ToolList = Type.Object({
  tools: Type.Array(ToolReply),
  total: Type.Integer(),
  page: Type.Integer(),
});

export const TestToolBody = Closed({ arguments: Type.Optional(JsonObject) });

export const TestToolReply = Type.Object({
  name: Type.String(),
  output: Type.String({ description: 'What a model would read.' }),
  is_error: Type.Boolean(),
  duration_ms: Type.Integer(),
});

export function toTool(tool: Tool): Static<typeof ToolReply> {
  return {
    name: tool.name,
    description: tool.description,
    category: tool.category,
    source_id: tool.sourceId ?? null,
    parameters: { ...tool.parameters },
    price_usd: usdNumber(tool.priceNanoUsd),
    needs: tool.needs ?? null,
  };
}
