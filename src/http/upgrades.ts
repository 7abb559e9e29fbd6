import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MusterError } from '../lib/errors.ts';
import type { Admission } from '../limits/index.ts';
import { errorBody, errorHeaders } from './error-reply.ts';
import { maintenanceError } from './maintenance.ts';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Who takes a connection that asks to speak WebSocket, by its path. */
export interface Upgrades {
  /** `spends`: what is said there costs or writes, so that maintenance shuts it. */
  on(path: string, handler: UpgradeHandler, options?: { readonly spends: boolean }): void;
  /**
   * Whether a request is to be upgraded. One that asks for another protocol, or at another path, is answered like any
   * other request: HTTP clients exist that offer an upgrade with every POST.
   */
  readonly wants: (request: IncomingMessage) => boolean;
  attach(server: Pick<Server, 'on'>): void;
}

export function createUpgrades({
  maintenance,
  admission,
}: {
  readonly maintenance: boolean;
  readonly admission?: Admission | undefined;
}): Upgrades {
  const handlers = new Map<string, UpgradeHandler>();
  const handlerOf = (request: IncomingMessage): UpgradeHandler | undefined =>
    request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket'
      ? handlers.get((request.url ?? '').split('?')[0] ?? '')
      : undefined;
  return {
    on(path, handler, { spends } = { spends: false }) {
      if (handlers.has(path)) throw new Error(`Two handlers for the WebSocket at ${path}`);
      handlers.set(path, spends && maintenance ? refuseInMaintenance : handler);
    },
    wants: (request) => handlerOf(request) !== undefined,
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const handler = handlerOf(request);
        const refusal = handler && admission?.refusal('write');
        if (refusal) refuse(refusal, socket);
        else if (handler) handler(request, socket, head);
        else socket.destroy();
      });
    },
  };
}

const refuseInMaintenance: UpgradeHandler = (_request, socket) => refuse(maintenanceError(), socket);

function refuse(error: MusterError, socket: Duplex): void {
  refuseUpgrade(socket, error.status, errorBody(error, 'openai', ''), errorHeaders(error));
}

/** Answers an upgrade request with an ordinary reply instead, and closes. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.on('error', () => undefined);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
