import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A longer reply is not kept; that it was given is. */
const MAX_BYTES = 1024 * 1024;

/** What a route says of its own stream when it ends it with an error (SseWriter.fail). */
export const STREAM_FAILED = 'stream.failed';

export interface RecordedReply {
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when it was longer than is kept. */
  readonly body: string | undefined;
  /** A stream that its client left, or that ended with an error: it is no whole answer. */
  readonly failed: boolean;
}

/**
 * Notes what is written to a response, whoever writes it, and gives `settle` the whole of it before its end goes out: the
 * client has its last byte only when what `settle` does is done.
 */
export function recordReply(response: ServerResponse, settle: (reply: RecordedReply) => Promise<void>): void {
  const { write, end, writeHead } = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let headers: Record<string, string> = {};
  let failed = false;
  let ending = false;
  response.once(STREAM_FAILED, () => {
    failed = true;
  });

  const note = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const isName = typeof encoding === 'string' && Buffer.isEncoding(encoding);
    const buffer =
      typeof chunk === 'string' ? Buffer.from(chunk, isName ? encoding : 'utf8') : Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= MAX_BYTES) chunks.push(buffer);
    else chunks.length = 0;
  };

  // The three ways by which a reply leaves have overloads that a wrapper can only pass on as they came.
  response.writeHead = ((...args: [number, ...unknown[]]) => {
    const given = args.at(-1);
    if (typeof given === 'object' && given !== null) headers = { ...headers, ...toTexts(given) };
    return Reflect.apply(writeHead, response, args);
  }) as typeof writeHead;
  response.write = ((...args: unknown[]) => {
    if (ending) return false;
    note(args[0], args[1]);
    return Reflect.apply(write, response, args);
  }) as typeof write;
  response.end = ((...args: unknown[]) => {
    if (ending) return response;
    ending = true;
    note(args[0], args[1]);
    const all = { ...toTexts(response.getHeaders()), ...headers };
    const isCut = response.destroyed && /^text\/event-stream/.test(all['content-type'] ?? '');
    const reply = {
      status: response.statusCode,
      headers: all,
      body: bytes > MAX_BYTES ? undefined : Buffer.concat(chunks).toString('utf8'),
      failed: failed || isCut,
    };
    settle(reply).finally(() => Reflect.apply(end, response, args));
    return response;
  }) as typeof end;
}

function toTexts(headers: OutgoingHttpHeaders | object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name.toLowerCase(), String(value)]],
    ),
  );
}
