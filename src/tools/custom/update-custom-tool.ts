import { isDeepStrictEqual } from 'node:util';
import { type Actor, SYSTEM } from '../../audit/index.ts';
import { DatabaseConflict, type Statement } from '../../db/index.ts';
import { invalid } from '../../lib/errors.ts';
import { saveOnNewest } from '../../lib/save-on-newest.ts';
import { encodeAuth } from '../auth/tool-auth.ts';
import { toolErrors } from '../errors.ts';
import type { CustomToolsContext } from './context.ts';
import { DEFAULT_TIMEOUT_MS } from './create-custom-tool.ts';
import { checkEndpoint, sampleAddress } from './endpoint.ts';
import { findCustomTool } from './find-custom-tool.ts';
import { checkAddress, checkDescription, checkParameters, checkToolName, nameTaken } from './rules.ts';
import type { StoredCustomTool } from './store.ts';
import { authPlace } from './to-tool.ts';
import type { CustomTool, CustomToolUpdate } from './types.ts';
import { withoutAuth } from './without-auth.ts';

/**
 * Changes a tool from its next call on. Its old name goes on working for those who use it. A credential never goes to an
 * origin that it was not given for: with another origin, or another type, it has to be given again, or be taken away.
 * Changes that are made at once are all kept; a credential is refused (tool_changed) when the tool has moved meanwhile.
 */
export async function updateCustomTool(
  context: CustomToolsContext,
  accountId: string,
  toolId: string,
  update: CustomToolUpdate,
  by: Actor = SYSTEM,
): Promise<CustomTool> {
  const { endpoint } = await findCustomTool(context.store, accountId, toolId);
  return saveOnNewest(() => mergeCustomTool(context, accountId, toolId, update, originOf(endpoint), by));
}

async function mergeCustomTool(
  context: CustomToolsContext,
  accountId: string,
  toolId: string,
  update: CustomToolUpdate,
  origin: string | undefined,
  by: Actor,
): Promise<CustomTool | undefined> {
  const { store } = context;
  const current = await findCustomTool(store, accountId, toolId);
  if (update.auth && update.endpoint === undefined && originOf(current.endpoint) !== origin) {
    throw toolErrors.tool_changed(
      `'${current.name}' was moved to another origin at the same moment. Read it again and retry.`,
    );
  }
  const name = await newName(context, current, update.name);
  const endpoint = update.endpoint?.trim() ?? current.endpoint;
  const parameters =
    update.parameters === undefined
      ? current.parameters
      : update.parameters === null
        ? undefined
        : // What is stored stays legal, whatever is asked of schemas since.
          isDeepStrictEqual(update.parameters, current.parameters)
          ? current.parameters
          : checkParameters(update.parameters);
  checkEndpoint(endpoint, parameters);
  if (endpoint !== current.endpoint)
    await checkAddress(context.guardedHttp, accountId, 'endpoint', sampleAddress(endpoint));
  const authSealed = newAuth(context, current, { ...update, endpoint });
  const changed: StoredCustomTool = {
    ...current,
    ...{ name, endpoint, parameters, authSealed },
    formerNames: name === current.name ? current.formerNames : [...current.formerNames, current.name],
    description:
      update.description === undefined ? current.description : checkDescription(update.description),
    method: orDefault(update.method, current.method, 'POST'),
    authType: update.authType ?? current.authType,
    hasAuth: authSealed !== null,
    priceNanoUsd: orDefault(update.priceNanoUsd, current.priceNanoUsd, 0n),
    effects: orDefault(update.effects, current.effects, undefined),
    timeoutMs: orDefault(update.timeoutMs, current.timeoutMs, DEFAULT_TIMEOUT_MS),
    revision: current.revision + 1,
    updatedAt: context.clock.now(),
  };
  const line = context.audit.record({
    accountId,
    action: 'tool.updated',
    by,
    object: { type: 'tool', id: toolId },
    details: {
      ...{ name, endpoint, authType: changed.authType, hasAuth: changed.hasAuth },
      isNewAuth: update.auth !== undefined,
    },
  });
  return (await isWritten(context, current, changed, line)) ? withoutAuth(changed) : undefined;
}

async function isWritten(
  { db, store }: CustomToolsContext,
  current: StoredCustomTool,
  changed: StoredCustomTool,
  line: Statement,
): Promise<boolean> {
  try {
    return (await db.write([...store.update(current, changed), line])).ok;
  } catch (error) {
    if (!(error instanceof DatabaseConflict)) throw error;
    throw nameTaken(changed.name, 'was taken at the same moment');
  }
}

/** Undefined keeps what is there, null sets the default. */
function orDefault<T, D>(given: T | null | undefined, current: T | D, fallback: D): T | D {
  return given === undefined ? current : (given ?? fallback);
}

async function newName(
  { store, isBuiltIn }: CustomToolsContext,
  current: StoredCustomTool,
  given: string | undefined,
): Promise<string> {
  if (given === undefined || given === current.name) return current.name;
  const name = checkToolName(given, isBuiltIn);
  const others = (await store.all(current.accountId)).filter(({ id }) => id !== current.id);
  if (others.some((tool) => tool.name === name || tool.formerNames.includes(name))) {
    throw nameTaken(name, 'belongs, or belonged, to another tool');
  }
  return name;
}

function newAuth(
  { secrets }: CustomToolsContext,
  current: StoredCustomTool,
  { authType = current.authType, auth, endpoint }: CustomToolUpdate & { readonly endpoint: string },
): string | null {
  if (auth) return secrets.seal(encodeAuth(authType, auth), authPlace(current.accountId, current.id));
  if (auth === null || authType === 'none') return null;
  if (current.authSealed === null) return null;
  if (authType !== current.authType) throw invalid('auth', 'must be given again when auth_type changes');
  if (originOf(endpoint) !== originOf(current.endpoint)) {
    throw invalid('auth', 'must be given again, or be null, when the endpoint moves to another origin');
  }
  return current.authSealed;
}

function originOf(endpoint: string): string | undefined {
  return URL.parse(sampleAddress(endpoint))?.origin;
}
