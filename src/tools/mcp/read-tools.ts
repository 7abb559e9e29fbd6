import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { ToolEffects } from '../types.ts';
import type { RemoteTool } from './types.ts';

const MAX_TOOLS = 200;
const MAX_DESCRIPTION_CHARS = 4_000;
const MAX_SCHEMA_CHARS = 32_000;
/** Deeper ones would be refused where they are read back. */
const MAX_SCHEMA_DEPTH = 40;

interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?:
    | { readonly readOnlyHint?: boolean | undefined; readonly idempotentHint?: boolean | undefined }
    | undefined;
}

/** What is kept of a server's list: at most 200 tools, with descriptions and schemas of a size that a model can be given. */
export function readTools(listed: readonly ListedTool[]): RemoteTool[] {
  return listed.slice(0, MAX_TOOLS).map(({ name, title, description, inputSchema, annotations }) => ({
    name,
    description: (description || title || name).toWellFormed().slice(0, MAX_DESCRIPTION_CHARS),
    parameters: schemaOf(inputSchema),
    effects: effectsOf(annotations),
  }));
}

/** A schema that is too big for a model is replaced by one that takes anything: the server checks arguments itself. */
function schemaOf(given: unknown): JsonObject {
  const schema: JsonObject = isJsonObject(given) ? given : {};
  const isUsable = JSON.stringify(schema).length <= MAX_SCHEMA_CHARS && depthOf(schema) <= MAX_SCHEMA_DEPTH;
  const kept = isUsable ? schema : {};
  const { properties } = kept;
  return { ...kept, type: 'object', properties: isJsonObject(properties) ? properties : {} };
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((deepest, member) => Math.max(deepest, depthOf(member)), 0);
}

/** By what the server says of its tool; one that says nothing may do anything. */
function effectsOf(annotations: ListedTool['annotations']): ToolEffects {
  if (annotations?.readOnlyHint === true) return 'none';
  return annotations?.idempotentHint === true ? 'idempotent' : 'unknown';
}
