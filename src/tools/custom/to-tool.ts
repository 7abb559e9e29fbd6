import { MusterError } from '../../lib/errors.ts';
import { egressErrors, type GuardedHttp, type GuardedResponse } from '../../lib/guarded-http/index.ts';
import type { SealedPlace } from '../../lib/secrets.ts';
import { type Credential, withoutSecrets } from '../auth/tool-auth.ts';
import { bodyText } from '../body-text.ts';
import { effectsOfMethod } from '../effects-of-method.ts';
import { failure, success } from '../outcome.ts';
import type { Tool, ToolContext, ToolOutcome } from '../types.ts';
import { defaultParameters } from './endpoint.ts';
import { toRequest } from './to-request.ts';
import type { CustomTool } from './types.ts';

/** More than a model is ever shown. */
const MAX_REPLY_BYTES = 1024 * 1024;

export interface CustomToolDeps {
  readonly guardedHttp: Pick<GuardedHttp, 'request'>;
  /** The tool's credential as it is now. Throws SecretError when it cannot be opened. */
  readonly credentialOf: () => Credential | undefined;
}

/** Where a tool's credential is sealed; it opens nowhere else. */
export function authPlace(accountId: string, toolId: string): SealedPlace {
  return { accountId, table: 'custom_tools', row: toolId, column: 'auth_sealed' };
}

/** The tool as agents use it, under the name by which it was asked for. */
export function toTool(custom: CustomTool, deps: CustomToolDeps, name = custom.name): Tool {
  return {
    name,
    description: custom.description,
    category: 'custom',
    sourceId: custom.id,
    priceNanoUsd: custom.priceNanoUsd,
    parameters: custom.parameters ?? defaultParameters(custom.endpoint),
    effects: custom.effects ?? effectsOfMethod(custom.method),
    isRemote: true,
    run: (args, context) => call(custom, deps, toRequest(custom, args), context),
  };
}

async function call(
  custom: CustomTool,
  { guardedHttp, credentialOf }: CustomToolDeps,
  made: ReturnType<typeof toRequest>,
  { idempotencyKey, signal }: ToolContext,
): Promise<ToolOutcome> {
  if (!made.ok) return { ...failure(made.problem), wasCalled: false };
  if (custom.authType !== 'none' && !custom.hasAuth) {
    return {
      ...failure(
        `${custom.name} needs a credential (${custom.authType}) that has not been set. Whoever manages the tools can set it. Go on without it.`,
      ),
      wasCalled: false,
    };
  }
  const credential = credentialOf();
  const { request } = made;
  try {
    const response = await guardedHttp.request({
      ...request,
      headers: {
        ...request.headers,
        'idempotency-key': idempotencyKey,
        ...(credential && { [credential.header]: credential.value }),
      },
      maxBytes: MAX_REPLY_BYTES,
      timeoutMs: custom.timeoutMs,
      signal,
    });
    return outcomeOf(response, credential);
  } catch (error) {
    if (error instanceof MusterError && NEVER_SENT.has(error.code)) {
      return { ...failure(error.message), wasCalled: false };
    }
    throw error;
  }
}

const NEVER_SENT: ReadonlySet<string> = new Set([
  egressErrors.egress_invalid_url.code,
  egressErrors.egress_unreachable.code,
]);

function outcomeOf(
  { status, headers, body }: GuardedResponse,
  credential: Credential | undefined,
): ToolOutcome {
  const text = withoutSecrets(bodyText(body, headers.get('content-type') ?? ''), credential);
  if (status >= 400) return failure(`It answered with HTTP ${status}.\n\n${text}`);
  return success(body.length === 0 ? `Done: HTTP ${status}, with no body.` : text);
}
