import { RunRecording, runErrors, type StoredResponse, type TurnOutcome } from '../../../runs/index.ts';
import type { EmitterOptions } from './response-emitter.ts';
import { ResponseEmitter } from './response-emitter.ts';
import type { ResponseEcho, ResponseEnd } from './response-resource.ts';
import type { ContentSealer } from './sealed-content.ts';
import { sealReasoning } from './to-wire-items.ts';

/** What of a request decides how its events are shown; kept with the response, so that it is shown the same again. */
export interface ShownRequest {
  readonly echo: ResponseEcho;
  readonly showSteps: boolean;
  readonly sealReasoning: boolean;
  readonly obfuscate: boolean;
}

/** How a response ended: what its resource says of it, and the error event where there was one. */
export interface Ending {
  readonly end: ResponseEnd;
  readonly error?: Readonly<Record<string, unknown>>;
}

export function encodeRequest({ echo, showSteps, sealReasoning, obfuscate }: ShownRequest): string {
  return JSON.stringify({ echo, showSteps, sealReasoning, obfuscate });
}

export function decodeRequest(text: string): ShownRequest {
  // Written by encodeRequest alone.
  return JSON.parse(text) as ShownRequest;
}

export function encodeEnding({ end, error }: Ending): string {
  const { usage, ...rest } = end;
  const shown = usage && { ...usage, costNanoUsd: usage.costNanoUsd.toString() };
  return JSON.stringify({ end: { ...rest, usage: shown }, error });
}

export function decodeEnding(text: string): Ending {
  // Written by encodeEnding alone.
  const { end, error } = JSON.parse(text) as Ending & { end: { usage: { costNanoUsd: string } | null } };
  const usage = end.usage && { ...end.usage, costNanoUsd: BigInt(end.usage.costNanoUsd) };
  return { end: { ...end, usage }, ...(error && { error }) };
}

/** What an emitter needs to show events as the request asked for them. */
export function emitterOptions(
  shown: ShownRequest,
  { uid, createdAt }: { readonly uid: string; readonly createdAt: number },
  { sealer, accountId }: { readonly sealer: ContentSealer; readonly accountId: string },
): EmitterOptions {
  return {
    identity: { uid, createdAt, echo: shown.echo },
    showSteps: shown.showSteps,
    obfuscate: shown.obfuscate,
    ...(shown.sealReasoning && { seal: sealReasoning(sealer, accountId) }),
  };
}

/** Plays a stored response again, to its end if it has one. Resolves to its resource. */
export function replayResponse(stored: StoredResponse, options: EmitterOptions): Record<string, unknown> {
  const emitter = new ResponseEmitter(options);
  if (stored.recording !== null) RunRecording.replayJson(stored.recording, (event) => emitter.event(event));
  if (stored.ending === null) return emitter.current(stored.status === 'queued' ? 'queued' : 'in_progress');
  const { end, error } = decodeEnding(stored.ending);
  return emitter.finish(end, error);
}

/** How an outcome is told. `now`: when it was complete; `leftOut`: what the request was warned of. */
export function toEnding(
  outcome: TurnOutcome,
  error: Ending['error'],
  now: number,
  leftOut: readonly string[],
): Ending {
  const { status, usage, bound } = outcome;
  const code = typeof error?.code === 'string' ? error.code : 'internal_error';
  const message = typeof error?.message === 'string' ? error.message : '';
  // An incomplete response has no error: why it was cut off, where that is known, is said beside it.
  const isTold = status === 'incomplete' && error !== undefined && code !== runErrors.stopped.code;
  const end: ResponseEnd = {
    status,
    usage,
    completedAt: status === 'completed' ? now : null,
    incompleteReason: status === 'incomplete' ? (bound ?? 'stopped') : null,
    error: status === 'failed' ? { code, message } : null,
    warnings: [...leftOut, ...outcome.warnings, ...(isTold ? [message] : [])],
  };
  return status === 'failed' && error ? { end, error } : { end };
}
