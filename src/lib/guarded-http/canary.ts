import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A server of the inside, for tests: whoever connects to it at all is in its log. */
export interface Canary extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly connections: readonly string[];
  readonly requests: readonly CanaryRequest[];
}

interface CanaryRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Some containers have no IPv6 at all. */
export const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((own) => own?.address === '::1');

/** Listens on every address of this machine, IPv6 included where there is any. */
export async function startCanary(reply?: RequestListener): Promise<Canary> {
  const connections: string[] = [];
  const requests: CanaryRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (reply) reply(request, response);
      else response.end('secret of the inside');
    });
  });
  server.on('connection', (socket) => connections.push(String(socket.localAddress)));
  const port = await listen(server, hasIpv6 ? '::' : '0.0.0.0');
  return {
    port,
    host: `127.0.0.1:${port}`,
    connections,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(0, address, () => {
      const bound: AddressInfo | string | null = server.address();
      if (bound === null || typeof bound === 'string') return failed(new Error('no port'));
      listening(bound.port);
    });
  });
}
