import type { ServerResponse } from 'node:http';

/** Requests under way, which the server can tell to stop. */
export interface OpenRequests {
  /**
   * A signal that aborts when the client goes away before it has its whole reply, or when the server can wait no longer.
   * (`close` of the request fires as soon as its body is read; only the response tells.)
   */
  track(response: ServerResponse): AbortSignal;
  abortAll(reason: Error): void;
}

export function createOpenRequests(): OpenRequests {
  const open = new Set<AbortController>();
  return {
    track(response) {
      const controller = abortWhenGone(response);
      open.add(controller);
      response.once('close', () => open.delete(controller));
      return controller.signal;
    },
    abortAll(reason) {
      for (const controller of open) controller.abort(reason);
    },
  };
}

/** The same for a request that needs no telling: it ends by itself within a bound. */
export function clientGoneSignal(response: ServerResponse): AbortSignal {
  return abortWhenGone(response).signal;
}

function abortWhenGone(response: ServerResponse): AbortController {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('The client closed the connection'));
  });
  return controller;
}
