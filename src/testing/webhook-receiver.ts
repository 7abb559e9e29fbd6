import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface ReceivedMessage {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** When it came, by the system's clock. */
  readonly at: number;
}

export interface WebhookReceiver {
  readonly url: string;
  /** `host:port`, for the allow-list. */
  readonly host: string;
  readonly received: readonly ReceivedMessage[];
  /** What is answered from now on: a status, with headers or a body, or nothing at all. */
  answer(how: number | 'hang' | ((message: ReceivedMessage, reply: ServerResponse) => void)): void;
  /** Resolves once `count` messages (that match) have come. */
  waitFor(count: number, match?: (message: ReceivedMessage) => boolean): Promise<ReceivedMessage[]>;
  close(): Promise<void>;
}

/** A receiver on loopback that keeps what it is sent and answers as it is told: 204 at first. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  const waiting = new Set<() => void>();
  let answer: Parameters<WebhookReceiver['answer']>[0] = 204;
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const message = {
        ...{ path: request.url ?? '', headers, at: Date.now() },
        body: Buffer.concat(chunks).toString(),
      };
      received.push(message);
      if (typeof answer === 'function') answer(message, reply);
      else if (answer !== 'hang') reply.writeHead(answer).end();
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    ...{ url: `http://${host}/hook`, host, received },
    answer(how) {
      answer = how;
    },
    waitFor(count, match = () => true) {
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(
          () => reject(new Error(`Of ${count} messages ${received.filter(match).length} came`)),
          60_000,
        );
        const look = (): void => {
          const found = received.filter(match);
          if (found.length < count) return;
          waiting.delete(look);
          clearTimeout(deadline);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
