import type { Statement } from '../../../db/index.ts';
import { commonErrors, type MusterError } from '../../../lib/errors.ts';
import type { TurnOutcome } from '../../../runs/index.ts';
import { toMusterError } from '../../error-reply.ts';
import { isCrew } from '../crew-inputs.ts';
import { mayRetry } from '../may-retry.ts';
import type { ResponsesDeps } from './deps.ts';
import type { Framing } from './framing.ts';
import { LiveResponse } from './live-responses.ts';
import type { PreparedResponse } from './prepare-response.ts';
import { ResponseEmitter } from './response-emitter.ts';
import { type Ending, emitterOptions, encodeEnding, encodeRequest, toEnding } from './stored-response.ts';

export interface RunOutput {
  readonly framing?: Framing;
  readonly write?: (frame: string) => void;
  readonly ready?: () => Promise<void> | undefined;
  readonly tellsErrors?: boolean;
  /** Written in one batch with the turn. */
  readonly alsoKeep?: (outcome: TurnOutcome) => readonly Statement[];
}

export type ResponseRun =
  /** Told to its end, which may be a failure. `outcome` is absent when something of ours broke. */
  | {
      readonly type: 'told';
      readonly resource: Record<string, unknown>;
      readonly outcome?: TurnOutcome;
      readonly error?: MusterError;
    }
  /** Refused before the first event: the transport's own error is the answer. */
  | { readonly type: 'refused'; readonly error: MusterError };

/**
 * Runs a prepared response and tells its events. It is on disk, with its turn and its bill, before its last event is
 * told; whoever comes to read it meanwhile can follow it.
 */
export async function runResponse(
  deps: ResponsesDeps,
  response: PreparedResponse,
  output: RunOutput,
  signal: AbortSignal,
  requestId: string,
): Promise<ResponseRun> {
  const { prepared, plan, identity, agent, accountId } = response;
  const shown = { ...plan, echo: identity.echo };
  const emitter = new ResponseEmitter({
    ...emitterOptions(shown, identity, { ...deps, accountId }),
    // The first of its own calls, which may be refused for credit, is yet to come.
    waitsForOutput: isCrew(agent),
    ...output,
  });
  const stored = plan.turn.store === true;
  const live = stored ? new LiveResponse(accountId, agent.id, identity, shown) : undefined;
  if (live) deps.live.add(live);
  let ending: Ending | undefined;
  let told: MusterError | undefined;
  const close = (outcome: TurnOutcome): Ending => {
    if (outcome.error) told = toMusterError(outcome.error, requestId, deps.logger);
    const payload = told && errorPayload(told, mayRetry(outcome, told));
    ending ??= toEnding(outcome, payload, deps.clock.now(), plan.warnings);
    return ending;
  };
  try {
    const outcome = await prepared.run(
      (event) => {
        live?.event(event);
        emitter.event(event);
      },
      signal,
      {
        ready: output.ready,
        alsoKeep: (outcome) => {
          const also = output.alsoKeep?.(outcome) ?? [];
          if (!stored || !emitter.begun) return also;
          return [
            ...also,
            deps.runs.responses.save(accountId, {
              id: identity.uid,
              agentId: agent.id,
              runId: prepared.ids.runId,
              conversationId: prepared.ids.conversationId,
              status: outcome.status,
              background: false,
              request: encodeRequest(shown),
              recording: live?.recording.toJson() ?? null,
              ending: encodeEnding(close(outcome)),
              createdAt: identity.createdAt,
            }),
          ];
        },
      },
    );
    const { end, error } = close(outcome);
    if (told && !emitter.begun) return { type: 'refused', error: told };
    live?.finish({ end, ...(error && { error }) });
    return {
      type: 'told',
      resource: emitter.finish(end, error),
      outcome,
      ...(told && { error: told }),
    };
  } catch (thrown) {
    const error = toMusterError(thrown, requestId, deps.logger);
    if (!emitter.begun) return { type: 'refused', error };
    const broken = brokenEnding(error);
    live?.finish(broken);
    return { type: 'told', resource: emitter.finish(broken.end, broken.error), error };
  } finally {
    if (live) deps.live.remove(live);
  }
}

/** An error inside a stream; `code` and `param` are texts, because clients exist that lose the message otherwise. */
export function errorPayload(error: MusterError, retry = true): Record<string, unknown> {
  return {
    type: error.spec.type,
    code: error.code,
    message: error.message,
    param: error.details.field ?? '',
    ...(!retry && { headers: { 'x-should-retry': 'false' } }),
  };
}

function brokenEnding(error: MusterError): Ending {
  const { code, message } = error;
  return {
    end: {
      status: 'failed',
      usage: null,
      completedAt: null,
      incompleteReason: null,
      error: { code: code === '' ? commonErrors.internal_error.code : code, message },
      warnings: [],
    },
    error: errorPayload(error, false),
  };
}
