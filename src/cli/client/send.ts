import { CommandFailed } from '../failures.ts';

/** What the list of sign-ins calls it, with the system as browsers name it. */
const NAMES = new Map([
  ['darwin', 'Mac'],
  ['win32', 'Windows'],
  ['linux', 'Linux'],
]);
const USER_AGENT = `muster command line on ${NAMES.get(process.platform) ?? process.platform}`;

/** One request; whatever the server says is a reply. Throws CommandFailed when it cannot be reached. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry what was sent to where it was not meant for.
    const headers = new Headers(init.headers);
    headers.set('user-agent', USER_AGENT);
    return await fetch(url, { ...init, headers, redirect: 'error' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const { origin } = new URL(url);
    throw new CommandFailed(
      `No Muster answers at ${origin} (${reasonOf(error)}). Is it running? MUSTER_URL says where.`,
      { isUnreachable: true },
    );
  }
}

/** fetch wraps what happened on the connection, several times over for a name with several addresses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? `${error.code}` : error.message;
}
