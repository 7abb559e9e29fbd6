import { toApiError } from './api-error.ts';
import { CONSOLE_HEADER } from './console-header.ts';
import { sandbox } from './sandbox.ts';
import { serverState } from './server-state.ts';

/**
 * `fetch` that goes to the account or its sandbox, wherever this tab is, and notices when the server cannot be reached
 * and when the session has ended.
 */
export async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const { pathname } = new URL(request.url);
  for (const [name, value] of Object.entries(CONSOLE_HEADER)) request.headers.set(name, value);
  const session = serverState.session();
  const isRefused = (status: number) => status === 401 && serverState.session() === session;
  let response: Response;
  let token: string | undefined;
  try {
    token = await sandbox.credential(pathname);
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    response = await fetch(request);
  } catch (error) {
    const { status } = toApiError(error);
    if (isRefused(status)) serverState.set({ sessionEnded: true });
    else if (status === 0 && !request.signal.aborted) serverState.set({ reachable: false });
    throw error;
  }
  serverState.set({ reachable: true });
  const isSignIn = pathname.endsWith('/auth/session');
  if (response.status === 401 && token !== undefined) sandbox.forget();
  else if (isRefused(response.status) && !isSignIn) serverState.set({ sessionEnded: true });
  return response;
}
