import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Accounts, endedError, isRevoked } from '../accounts/index.ts';
import type { Executions } from '../crews/index.ts';
import { type App, bearerToken, keepPulse, toMusterError } from '../http/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import { Slots } from '../lib/slots.ts';
import type { Limits } from '../limits/index.ts';
import { CLOSE, WatchSession } from './watch-session.ts';

/** A client's messages are a few words. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const AUTH_MS = 5_000;
const PING_MS = 25_000;
/** How often a credential is looked at that nothing is asked with. */
const RECHECK_MS = 60_000;
const MAX_SOCKETS_OF_ACCOUNT = 5_000;
const TOKEN_PROTOCOL = 'bearer.';

export interface RealtimeDeps {
  readonly accounts: Pick<Accounts, 'authenticateToken' | 'onRevoked'>;
  readonly executions: Pick<Executions, 'subscribe'>;
  readonly limits: Limits;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined: pages of other origins may not connect. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly authMs?: number;
}

/**
 * `/ws`: jobs as they run. The credential comes with the request, as the subprotocol `bearer.<token>`, or in the first
 * message; without one in time, and when it ends, the connection is closed with 4401.
 */
export function realtimeApi(deps: RealtimeDeps): (app: App) => Promise<void> {
  return async (app) => {
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      clientTracking: false,
      // A browser gives up unless one of its protocols is taken.
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    const open = new Slots<WatchSession>();
    app.upgrades.on(`${app.prefix}/ws`, (request, stream, head) => accept(request, stream, head));
    const principals = () => [...open].flatMap(({ user }) => user ?? []);
    const stopListening = deps.accounts.onRevoked((revocation) => {
      for (const session of open) {
        if (session.user && isRevoked(session.user, revocation)) {
          session.close(CLOSE.credential, endedError(session.user, revocation).message);
        }
      }
    }, principals);
    app.addHook('preClose', async () => {
      for (const session of open)
        session.close(CLOSE.going, 'The server is going down; come back with after');
    });
    app.addHook('onClose', async () => stopListening());

    function accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
      server.handleUpgrade(request, stream, head, (socket) => {
        const requestId = deps.ids.next('req_');
        let bearer: string | undefined;
        const session = new WatchSession(
          {
            ...deps,
            now: () => deps.clock.now(),
            toError: (thrown) => toMusterError(thrown, requestId, deps.logger),
          },
          {
            ...{ socket, stream },
            authenticate: (token) => {
              bearer = token ?? bearer;
              return deps.accounts.authenticateToken(bearer);
            },
          },
        );
        if (!mayConnect(request, deps.corsOrigins)) {
          session.close(CLOSE.origin, 'Pages of this origin may not connect (MUSTER_CORS_ORIGINS)');
          return;
        }
        const slot = open.add(session);
        const timers = keepWatch(session, socket);
        socket.once('close', () => {
          for (const timer of timers) clearInterval(timer);
          open.take(slot);
        });
        const token = bearerToken(request.headers.authorization) ?? protocolToken(request);
        if (token !== undefined) void session.identify(token).then(() => checkRoom(session));
      });
    }

    function checkRoom(session: WatchSession): void {
      const accountId = session.user?.accountId;
      let count = 0;
      for (const other of open) if (other.user?.accountId === accountId) count += 1;
      if (accountId !== undefined && count > MAX_SOCKETS_OF_ACCOUNT) {
        session.close(CLOSE.flood, 'Too many connections of this account');
      }
    }

    function keepWatch(session: WatchSession, socket: import('ws').WebSocket): NodeJS.Timeout[] {
      const ping = keepPulse(socket, PING_MS);
      const recheck = setInterval(() => {
        if (session.user) void session.identify(undefined);
      }, RECHECK_MS);
      const auth = setTimeout(() => {
        if (!session.hasCredential) session.close(CLOSE.credential, 'No credential came in time');
      }, deps.authMs ?? AUTH_MS);
      const timers = [ping, recheck, auth];
      for (const timer of timers) timer.unref();
      return timers;
    }
  };
}

function protocolToken({ headers }: IncomingMessage): string | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim()) ?? [];
  return offered.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/** Browsers let any page open a WebSocket, so whose page it is has to be looked at here. */
function mayConnect({ headers }: IncomingMessage, allowed: readonly string[] | undefined): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed?.includes('*') || allowed?.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
