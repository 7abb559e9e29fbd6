import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { CommandFailed } from '../failures.ts';
import { type Credentials, loadCredentials, saveCredentials } from './credentials.ts';
import { Fields } from './fields.ts';
import { send } from './send.ts';

/** Where requests go and in whose name. */
export interface Session {
  readonly url: string;
  /** Undefined for requests that need none. */
  token(): Promise<string | undefined>;
  /** Another token after the server has refused `refused`; undefined when there is none to be had. */
  renew(refused: string): Promise<string | undefined>;
  /** What to tell somebody whose token is refused for good. */
  readonly wayOut: string;
}

/** A token is not used any more so shortly before its end. */
const MARGIN_MS = 60_000;

/** Of one token, or of nobody. */
export function fixedSession(url: string, token?: string): Session {
  return {
    url,
    token: async () => token,
    renew: async () => undefined,
    wayOut: token === undefined ? '' : 'The token is the one in MUSTER_TOKEN.',
  };
}

/** Keeps itself alive: what it gets from the server is stored for the next command. */
export function storedSession(env: Environment, clock: Clock): Session {
  const stored = loadCredentials(env);
  if (!stored) {
    throw new CommandFailed(
      `You are not signed in. Run: ${commandLine(env, ['login'])} (or set MUSTER_URL and MUSTER_TOKEN)`,
    );
  }
  let credentials: Credentials = stored;

  async function refresh(): Promise<string | undefined> {
    // Another command may have been faster: a refresh token works once.
    const newest = loadCredentials(env);
    if (newest?.url === credentials.url && newest.refreshToken !== credentials.refreshToken) {
      credentials = newest;
      return credentials.accessToken;
    }
    const body = JSON.stringify({ refresh_token: credentials.refreshToken });
    const response = await send(`${credentials.url}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!response.ok) return undefined;
    credentials = readTokens(credentials, new Fields(await response.json()), clock.now());
    saveCredentials(env, credentials);
    return credentials.accessToken;
  }

  return {
    url: credentials.url,
    async token() {
      const isOld = credentials.expiresAt - MARGIN_MS < clock.now();
      return (isOld ? await refresh() : undefined) ?? credentials.accessToken;
    },
    async renew(refused) {
      return refused === credentials.accessToken ? refresh() : credentials.accessToken;
    },
    wayOut: `Your session has ended. Sign in again: ${commandLine(env, ['login'])}`,
  };
}

export function readTokens(
  { url, email }: Pick<Credentials, 'url' | 'email'>,
  reply: Fields,
  now: number,
): Credentials {
  return {
    url,
    email,
    accessToken: reply.text('access_token'),
    refreshToken: reply.text('refresh_token'),
    expiresAt: now + reply.number('expires_in') * 1_000,
  };
}
