import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEventStream } from './event-stream.ts';

const encoder = new TextEncoder();

/** A reply whose body arrives in these pieces. */
function replyOf(pieces: Iterable<Uint8Array>): Response {
  return new Response(ReadableStream.from(pieces));
}

async function texts(response: Response): Promise<string[]> {
  return Array.fromAsync(readEventStream(response), (event) => event.text('t'));
}

describe('readEventStream', () => {
  it('reads the same events however the bytes are cut', async () => {
    const all = encoder.encode(
      'data: {"t":"één"}\n\n: a comment\r\n\r\ndata:{"t":"two 🙂"}\n\nevent: x\ndata: {"t":"3"}\n\ndata: [DONE]\n\n',
    );
    for (let size = 1; size <= all.length; size++) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
        all.subarray(at * size, (at + 1) * size),
      );
      assert.deepEqual(await texts(replyOf(pieces)), ['één', 'two 🙂', '3'], `pieces of ${size}`);
    }
  });

  it('fails with what the server says went wrong, and when the stream breaks off', async () => {
    const failing = [
      encoder.encode('data: {"error":{"message":"Too much.","code":"upstream_rate_limited"}}\n\n'),
    ];
    await assert.rejects(texts(replyOf(failing)), /^CommandFailed: Too much\. \(upstream_rate_limited\)$/);
    await assert.rejects(
      texts(replyOf([encoder.encode('data: {"t":"a"}\n\n')])),
      /before the answer was complete/,
    );
  });
});
