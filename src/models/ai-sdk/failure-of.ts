import {
  AISDKError,
  APICallError,
  InvalidPromptError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { isJsonObject } from '../../lib/json.ts';
import { ModelCallError, modelErrors } from '../errors.ts';
import { cleanReason, garbageError, refuse, statusOfCode } from '../failures.ts';
import { readError } from '../openai-compatible/read-error.ts';
import { parseRetryAfter } from '../retries.ts';
import { callErrorOfTransport } from '../transport/call-error.ts';
import { findCause, TransportError } from '../transport/transport-error.ts';
import type { PartialReply } from '../types.ts';

export interface FailureContext {
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly now: number;
  readonly partial: PartialReply;
  /** Parts of an answer already left us. */
  readonly shown: boolean;
}

/** What a provider package threw, or put into its stream, as the error that ChatModel.call rejects with. */
export function failureOf(error: unknown, context: FailureContext): unknown {
  const { provider, partial, shown, secrets } = context;
  const transport = findCause(error, (e): e is TransportError => e instanceof TransportError);
  if (transport) return callErrorOfTransport(transport, provider, partial, shown);
  if (APICallError.isInstance(error)) return ofApiCall(error, context);
  if (UnsupportedFunctionalityError.isInstance(error) || InvalidPromptError.isInstance(error)) {
    const what = cleanReason(error.message, secrets);
    return new ModelCallError(
      'bad_request',
      partial,
      modelErrors.upstream_bad_request(`The provider '${provider}' can not take the request: ${what}`),
    );
  }
  const said = saidInStream(error);
  if (said) return refuse({ provider, secrets, ...said }, { ...partial, started: shown }, shown);
  if (AISDKError.isInstance(error)) {
    return new ModelCallError('garbage', partial, garbageError(provider, 'an answer that can not be read'));
  }
  // Whatever else it is, it did not come from the provider: a sink that threw, a fault of ours.
  return error;
}

function ofApiCall(error: APICallError, context: FailureContext): unknown {
  const { provider, partial, shown, secrets, now } = context;
  const status = error.statusCode;
  // A success that could not be read.
  if (status === undefined || (status >= 200 && status <= 299)) {
    return new ModelCallError('garbage', partial, garbageError(provider, 'an answer that can not be read'));
  }
  const said = isJsonObject(error.data) ? readError(error.data) : undefined;
  const retryAfterMs = parseRetryAfter(error.responseHeaders ?? {}, now);
  const problem = { provider, status, secrets, code: said?.code, reason: said?.reason, retryAfterMs };
  return refuse(problem, { ...partial, started: shown }, shown);
}

/** Error parts of a stream hold what the provider sent: an object with a type and a message. */
function saidInStream(error: unknown): { status: number; code?: string; reason?: string } | undefined {
  if (error instanceof Error && !AISDKError.isInstance(error)) return undefined;
  if (!isJsonObject(error)) return typeof error === 'string' ? { status: 500, reason: error } : undefined;
  const said = readError(error) ?? readError({ error });
  if (said?.code === undefined && said?.reason === undefined) return undefined;
  return {
    status: statusOfCode(said.code),
    ...(said.code !== undefined && { code: said.code }),
    ...(said.reason !== undefined && { reason: said.reason }),
  };
}
