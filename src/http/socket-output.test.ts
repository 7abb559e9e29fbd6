import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { SocketOutput } from './socket-output.ts';

const MEGABYTE = 'x'.repeat(1024 * 1024);

/** A connection whose other end is read when the test says so. */
function connection() {
  const stream = new PassThrough();
  let isCut = false;
  const socket = {
    OPEN: 1,
    readyState: 1,
    send: (words: string) => void stream.write(words),
    terminate() {
      isCut = true;
      stream.destroy();
    },
  } as const;
  return { stream, output: new SocketOutput(socket, stream), isCut: () => isCut };
}

describe('what is sent on a socket', () => {
  it('goes at the pace of the reader: little is kept for it, and all of it comes', async () => {
    const { stream, output, isCut } = connection();
    let sent = 0;
    let most = 0;
    const words = function* () {
      for (let count = 0; count < 20; count++) {
        most = Math.max(most, stream.writableLength);
        sent += 1;
        yield MEGABYTE;
      }
    };
    const over = output.sendAll(words());
    assert.ok(over, 'it has to be waited for');
    assert.ok(sent < 4, 'nobody reads yet');
    const [read] = await Promise.all([text(stream), over.then(() => stream.end())]);
    assert.equal(read.length, 20 * MEGABYTE.length);
    assert.ok(most <= 2 * MEGABYTE.length);
    assert.equal(isCut(), false);
  });

  it('is not waited for by who reads along', async () => {
    const { stream, output } = connection();
    stream.resume();
    assert.equal(output.sendAll(['a', 'b'].values()), undefined);
  });

  it('ends with the connection of a reader that takes nothing of what must be told', () => {
    const { output, isCut } = connection();
    for (let count = 0; count < 10; count++) output.send(MEGABYTE);
    assert.equal(isCut(), true);
  });

  it('goes on when the reader is gone', async () => {
    const { stream, output } = connection();
    const over = output.sendAll(Array.from({ length: 5 }, () => MEGABYTE).values());
    stream.destroy();
    await over;
  });
});
