import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Accounts, endedError, isRevoked, type Principal } from '../../../../accounts/index.ts';
import { commonErrors } from '../../../../lib/errors.ts';
import { Slots } from '../../../../lib/slots.ts';
import { type Limits, refusal } from '../../../../limits/index.ts';
import { bearerToken } from '../../../bearer.ts';
import { errorBody, errorHeaders, toMusterError } from '../../../error-reply.ts';
import { limitedKey } from '../../../rate-limit.ts';
import { keepPulse } from '../../../socket-pulse.ts';
import type { App } from '../../../types.ts';
import { refuseUpgrade, type UpgradeHandler } from '../../../upgrades.ts';
import { BODY_LIMIT } from '../create-response.ts';
import type { ResponsesDeps } from '../deps.ts';
import { createFrameReader } from './read-frame.ts';
import { CLOSE, connectionIsOld, SocketSession, serverIsGoingDown } from './socket-session.ts';

export interface SocketLimits {
  readonly maxAgeMs: number;
  readonly pingMs: number;
}

const SOCKET_LIMITS: SocketLimits = { maxAgeMs: 60 * 60_000, pingMs: 30_000 };

interface SocketDeps extends ResponsesDeps {
  readonly accounts: Pick<Accounts, 'authenticate' | 'onRevoked'>;
  readonly limits: Limits;
  readonly corsOrigins: readonly string[] | undefined;
  readonly socketLimits?: SocketLimits;
}

/** The WebSocket mode: GET /responses with Upgrade. Credentials are checked before the connection is taken. */
export function responsesSocket(app: App, deps: SocketDeps): void {
  const { maxAgeMs, pingMs } = deps.socketLimits ?? SOCKET_LIMITS;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: BODY_LIMIT,
    clientTracking: false,
  });
  const sessionDeps = { ...deps, readFrame: createFrameReader() };
  const open = new Slots<{ readonly session: SocketSession; readonly principal: Principal }>();
  function* principals(): Iterable<Principal> {
    for (const { principal } of open) yield principal;
  }

  const upgrade: UpgradeHandler = (request, socket, head) => {
    void accept(request, socket, head);
  };
  app.upgrades.on(`${app.prefix}/responses`, upgrade, { spends: true });
  const stopListening = deps.accounts.onRevoked((revocation) => {
    for (const { session, principal } of open)
      if (isRevoked(principal, revocation)) session.cut(CLOSE.credential, endedError(principal, revocation));
  }, principals);
  const cutAll = (): void => {
    for (const { session } of open) session.cut(CLOSE.going);
  };
  deps.shutdownSignal.addEventListener('abort', cutAll, { once: true });
  app.addHook('preClose', async () => {
    for (const { session } of open) session.end(CLOSE.going, serverIsGoingDown());
  });
  app.addHook('onClose', async () => {
    stopListening();
    deps.shutdownSignal.removeEventListener('abort', cutAll);
  });

  /** Never rejects: what is refused is answered as HTTP. */
  async function accept(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const requestId = deps.ids.next('req_');
    const bearer = bearerToken(request.headers.authorization);
    const authenticate = (): Promise<Principal> => deps.accounts.authenticate(bearer);
    try {
      checkOrigin(request.headers.origin, deps.corsOrigins);
      const principal = await authenticate();
      const standing = await deps.limits.take(principal.accountId, limitedKey(principal));
      if (standing && !standing.admitted) throw refusal(standing);
      const closeStream = await deps.limits.openStream(principal.accountId);
      stream.once('close', closeStream);
      if (stream.destroyed) closeStream();
      server.handleUpgrade(request, stream, head, (socket) => {
        const session = new SocketSession(sessionDeps, { socket, stream, requestId, authenticate });
        const slot = open.add({ session, principal });
        const timers = keepWatch(session, socket);
        socket.once('close', () => {
          for (const timer of timers) clearInterval(timer);
          open.take(slot);
        });
      });
    } catch (thrown) {
      const error = toMusterError(thrown, requestId, deps.logger);
      const headers = { ...errorHeaders(error), 'x-request-id': requestId };
      refuseUpgrade(stream, error.status, errorBody(error, 'openai', requestId), headers);
    }
  }

  function keepWatch(session: SocketSession, socket: import('ws').WebSocket): NodeJS.Timeout[] {
    const ping = keepPulse(socket, pingMs);
    const age = setTimeout(() => session.end(CLOSE.old, connectionIsOld()), maxAgeMs);
    age.unref();
    return [ping, age];
  }
}

/** Browsers let any page open a WebSocket; where origins are limited for the API, they are here too. */
function checkOrigin(origin: string | undefined, allowed: readonly string[] | undefined): void {
  if (origin === undefined || allowed === undefined || allowed.includes('*') || allowed.includes(origin))
    return;
  throw commonErrors.forbidden('Pages of this origin may not use this API (MUSTER_CORS_ORIGINS).');
}
