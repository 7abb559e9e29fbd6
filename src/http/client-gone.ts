import type { ServerResponse } from 'node:http';

/**
 * A signal that aborts when the client goes away before it has its whole reply. (`close` of the request fires as soon
 * as its body is read; only the response tells.) `also` aborts it as well, for shutting down.
 */
export function clientGoneSignal(response: ServerResponse, also?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('The client closed the connection'));
  });
  return also ? AbortSignal.any([controller.signal, also]) : controller.signal;
}
