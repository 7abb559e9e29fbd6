import { serverState } from './server-state.ts';

/** Shows the server that this console made the request, and no page of another origin. */
export const CONSOLE_HEADER = { 'x-muster-console': '1' };

/** `fetch` that notices when the server cannot be reached and when the session has ended. */
export async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  for (const [name, value] of Object.entries(CONSOLE_HEADER)) request.headers.set(name, value);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (!request.signal.aborted) serverState.set({ reachable: false });
    throw error;
  }
  serverState.set({ reachable: true });
  const isSignIn = new URL(request.url).pathname.endsWith('/auth/session');
  if (response.status === 401 && !isSignIn) serverState.set({ sessionEnded: true });
  return response;
}
