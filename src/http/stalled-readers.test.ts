import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { cutStalledReaders } from './stalled-readers.ts';

const BYTES = 16 * 1024 * 1024;

describe('readers that have stalled', () => {
  /** A server whose reply is larger than what fits between it and a client, and how its last connection ended. */
  async function start(patience: number): Promise<{ open: () => Socket; ended: Promise<string> }> {
    const server = createServer((_request, response) => void response.end(Buffer.alloc(BYTES)));
    cutStalledReaders(server, { lookEveryMs: 20, patience });
    const ended = new Promise<string>((resolve) => {
      server.on('request', (_request, response) => {
        response.once('close', () => resolve(response.writableFinished ? 'finished' : 'cut'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    // A TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const open = (): Socket => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      return socket;
    };
    return { open, ended };
  }

  it('are cut off when they take nothing any more', async () => {
    const { open, ended } = await start(3);
    const socket = open();
    socket.pause();
    assert.equal(await ended, 'cut');
    socket.destroy();
  });

  it('are left alone as long as they read, however slowly', async () => {
    const { open, ended } = await start(50);
    const socket = open();
    let taken = 0;
    socket.on('data', (chunk) => {
      taken += chunk.length;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    assert.equal(await ended, 'finished');
    socket.destroy();
    assert.ok(taken > 0);
  });
});
