import { type Actor, SYSTEM } from '../../audit/index.ts';
import { DatabaseConflict } from '../../db/index.ts';
import { encodeAuth } from '../auth/tool-auth.ts';
import { toolErrors } from '../errors.ts';
import type { CustomToolsContext } from './context.ts';
import { checkEndpoint, sampleAddress } from './endpoint.ts';
import { checkAddress, checkDescription, checkParameters, checkToolName, nameTaken } from './rules.ts';
import type { StoredCustomTool } from './store.ts';
import { authPlace } from './to-tool.ts';
import type { CustomTool, CustomToolInput } from './types.ts';
import { withoutAuth } from './without-auth.ts';

const MAX_TOOLS = 500;
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Registers a tool; agents can be given it at once. Throws tool_name_taken, and a 400 for an address that may not be. */
export async function createCustomTool(
  context: CustomToolsContext,
  accountId: string,
  input: CustomToolInput,
  by: Actor = SYSTEM,
): Promise<CustomTool> {
  const { store, secrets, clock } = context;
  const name = checkToolName(input.name, context.isBuiltIn);
  const { authType = 'none' } = input;
  const parameters = input.parameters ? checkParameters(input.parameters) : undefined;
  const endpoint = input.endpoint.trim();
  checkEndpoint(endpoint, parameters);
  const auth = input.auth ? encodeAuth(authType, input.auth) : undefined;
  const known = await store.all(accountId);
  if (known.some((tool) => tool.name === name || tool.formerNames.includes(name))) {
    throw nameTaken(name, 'belongs, or belonged, to another tool');
  }
  if (known.length >= MAX_TOOLS) {
    throw toolErrors.tool_limit_reached(`An account has at most ${MAX_TOOLS} custom tools.`);
  }
  await checkAddress(context.guardedHttp, accountId, 'endpoint', sampleAddress(endpoint));
  const id = context.ids.next('tool_custom_');
  const now = clock.now();
  const tool: StoredCustomTool = {
    ...{ id, accountId, name, formerNames: [], endpoint, parameters, authType },
    description: checkDescription(input.description),
    method: input.method ?? 'POST',
    hasAuth: auth !== undefined,
    authSealed: auth === undefined ? null : secrets.seal(auth, authPlace(accountId, id)),
    priceNanoUsd: input.priceNanoUsd ?? 0n,
    effects: input.effects ?? undefined,
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    revision: 1,
    ...{ createdAt: now, updatedAt: now },
  };
  const line = context.audit.record({
    accountId,
    action: 'tool.created',
    by,
    object: { type: 'tool', id },
    details: { name, endpoint, authType, hasAuth: tool.hasAuth },
  });
  try {
    await context.db.write([...store.insert(tool), line]);
  } catch (error) {
    if (!(error instanceof DatabaseConflict)) throw error;
    throw nameTaken(name, 'was taken at the same moment');
  }
  return withoutAuth(tool);
}
