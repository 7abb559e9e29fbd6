import type { Worker } from 'node:worker_threads';

/**
 * Sends writes to a worker that keeps what one message brings in one commit and says when it is kept. What has come in
 * while the last group was on its way to the disk is the next one.
 */
export function startGroupWriter<Write>(worker: Worker): (write: Write) => Promise<void> {
  let waiting: { readonly write: Write; readonly kept: () => void }[] = [];
  let sent: typeof waiting = [];
  const send = (): void => {
    sent = waiting;
    waiting = [];
    worker.postMessage(sent.map(({ write }) => write));
  };
  worker.on('message', () => {
    const done = sent;
    sent = [];
    for (const { kept } of done) kept();
    // Who goes on has the next write ready by then.
    setImmediate(() => {
      if (sent.length === 0 && waiting.length > 0) send();
    });
  });
  return (write) =>
    new Promise((kept) => {
      waiting.push({ write, kept });
      if (waiting.length === 1 && sent.length === 0) setImmediate(() => sent.length === 0 && send());
    });
}
