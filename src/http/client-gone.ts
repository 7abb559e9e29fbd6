import type { ServerResponse } from 'node:http';
import { endedError, isRevoked, type Principal, type Revocation } from '../accounts/index.ts';
import { Slots } from '../lib/slots.ts';
import { recordingOf } from './record-reply.ts';

/** Requests under way, which the server can tell to stop. */
export interface OpenRequests {
  /**
   * A signal that aborts when the client goes away before it has its whole reply, when what it asked with is good no more,
   * or when the server can wait no longer. (`close` of the request fires as soon as its body is read; only the response tells.)
   */
  track(response: ServerResponse, principal: Principal): AbortSignal;
  /** Ends what was asked for with a credential or account that is good no more. */
  abortRevoked(revocation: Revocation): void;
  /** Whose requests they are. */
  principals(): Iterable<Principal>;
  abortAll(reason: Error): void;
}

interface OpenRequest {
  readonly controller: AbortController;
  readonly principal: Principal;
}

export function createOpenRequests(): OpenRequests {
  const open = new Slots<OpenRequest>();
  return {
    track(response, principal) {
      const controller = new AbortController();
      const slot = open.add({ controller, principal });
      abortWhenGone(response, controller, () => open.take(slot));
      return controller.signal;
    },
    abortRevoked(revocation) {
      for (const { controller, principal } of open) {
        if (isRevoked(principal, revocation)) controller.abort(endedError(principal, revocation));
      }
    },
    *principals() {
      for (const { principal } of open) yield principal;
    },
    abortAll(reason) {
      for (const { controller } of open) controller.abort(reason);
    },
  };
}

/** The same for a request that needs no telling: it ends by itself within a bound. */
export function clientGoneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  abortWhenGone(response, controller);
  return controller.signal;
}

/** `over`: called when the reply is being made no more, or its client has gone and nobody follows it. */
function abortWhenGone(response: ServerResponse, controller: AbortController, over?: () => void): void {
  const abort = (): void => controller.abort(new Error('The client closed the connection'));
  const leave = (): void => {
    // Others may have asked for the same reply by the same Idempotency-Key: it is made for as long as one of them reads.
    const recording = recordingOf(response);
    if (recording && over) recording.over.then(over);
    else over?.();
    if (response.writableFinished) return;
    if (recording) recording.whenDeserted(abort);
    else abort();
  };
  // It may have gone while its credential was being looked at.
  if (response.destroyed) leave();
  else response.once('close', leave);
}
