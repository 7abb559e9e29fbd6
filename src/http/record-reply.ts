import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A longer reply is not kept; that it was given is. */
const MAX_BYTES = 1024 * 1024;
/** Of one stream; more than any client that tries again has. */
const MAX_FOLLOWERS = 16;
/** A follower that leaves this much unread is not reading. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** What a route says of its own stream when it ends it with an error (SseWriter.fail). */
export const STREAM_FAILED = 'stream.failed';
/** What is said of a reply that is an error, and yet what the request has come to (sendError). */
export const REPLY_OUTCOME = 'reply.outcome';

export interface RecordedReply {
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when it was longer than is kept. */
  readonly body: string | undefined;
  /** A stream that all its readers left, or that ended with an error: it is no whole answer. */
  readonly failed: boolean;
  /** What the request has come to, whatever its status. */
  readonly isOutcome: boolean;
}

/** A reply that is being written, for others who asked the same. */
export interface Recording {
  /** Resolves when it is known what it is: a stream that has begun, or another reply that has been settled. */
  readonly begun: Promise<'stream' | 'other'>;
  /**
   * Writes to `response` all that was written until now, and then what comes, to the end; false where that cannot be.
   * The head is that of the recorded reply with `headers` over it.
   */
  follow(response: ServerResponse, headers: Readonly<Record<string, string>>): boolean;
  /** Calls back when nobody is left to make the reply for: not its first client, and none who follow; at once when it is so already. */
  whenDeserted(callback: () => void): void;
  readonly isFollowed: boolean;
  /** Resolves when the reply has been settled, or the first client has gone and nobody follows any more. */
  readonly over: Promise<void>;
}

const RECORDING = Symbol('recording');

/** The recording of a response, where there is one. */
export function recordingOf(response: ServerResponse & { [RECORDING]?: Recording }): Recording | undefined {
  return response[RECORDING];
}

/**
 * Notes what is written to a response, whoever writes it, and gives `settle` the whole of it before its end goes out: the
 * client has its last byte only when what `settle` does is done. Others can follow a stream meanwhile; it goes on for
 * them when its first client leaves.
 */
export function recordReply(
  response: ServerResponse,
  settle: (reply: RecordedReply) => Promise<void>,
): Recording {
  const { write, end, writeHead } = response;
  const chunks: Buffer[] = [];
  const followers = new Set<ServerResponse>();
  const begun = Promise.withResolvers<'stream' | 'other'>();
  const over = Promise.withResolvers<void>();
  let deserted: (() => void) | undefined;
  let bytes = 0;
  let head: Record<string, string> = {};
  let failed = false;
  let isOutcome = false;
  let ending = false;
  response.once(STREAM_FAILED, () => {
    failed = true;
  });
  response.once(REPLY_OUTCOME, () => {
    isOutcome = true;
  });

  const note = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const isName = typeof encoding === 'string' && Buffer.isEncoding(encoding);
    const buffer =
      typeof chunk === 'string' ? Buffer.from(chunk, isName ? encoding : 'utf8') : Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= MAX_BYTES) chunks.push(buffer);
    else chunks.length = 0;
    for (const follower of followers) {
      follower.write(buffer);
      if (follower.writableLength > MAX_UNREAD_BYTES) follower.destroy();
    }
  };
  const headers = () => ({ ...toTexts(response.getHeaders()), ...head });
  const isStream = () => /^text\/event-stream/.test(headers()['content-type'] ?? '');

  // The three ways by which a reply leaves have overloads that a wrapper can only pass on as they came.
  response.writeHead = ((...args: [number, ...unknown[]]) => {
    const given = args.at(-1);
    if (typeof given === 'object' && given !== null) head = { ...head, ...toTexts(given) };
    if (isStream()) begun.resolve('stream');
    return response.destroyed ? response : Reflect.apply(writeHead, response, args);
  }) as typeof writeHead;
  response.write = ((...args: unknown[]) => {
    if (ending) return false;
    note(args[0], args[1]);
    return response.destroyed ? false : Reflect.apply(write, response, args);
  }) as typeof write;
  response.end = ((...args: unknown[]) => {
    if (ending) return response;
    ending = true;
    note(args[0], args[1]);
    const isLeft = response.destroyed && followers.size === 0;
    const reply = {
      status: response.statusCode,
      headers: headers(),
      body: bytes > MAX_BYTES ? undefined : Buffer.concat(chunks).toString('utf8'),
      failed: failed || (isLeft && isStream()),
      isOutcome,
    };
    settle(reply).finally(() => {
      begun.resolve('other');
      over.resolve();
      for (const follower of followers) follower.end();
      Reflect.apply(end, response, args);
    });
    return response;
  }) as typeof end;

  const desert = (): void => {
    if (followers.size > 0 || ending) return;
    over.resolve();
    deserted?.();
  };

  const recording: Recording = {
    begun: begun.promise,
    get isFollowed() {
      return followers.size > 0;
    },
    follow(follower, over) {
      if (bytes > MAX_BYTES || followers.size >= MAX_FOLLOWERS) return false;
      follower.writeHead(response.statusCode, { ...withoutLength(headers()), ...over });
      for (const chunk of chunks) follower.write(chunk);
      followers.add(follower);
      follower.once('close', () => {
        followers.delete(follower);
        if (response.destroyed) desert();
      });
      return true;
    },
    whenDeserted(callback) {
      deserted = callback;
      desert();
    },
    over: over.promise,
  };
  Object.assign(response, { [RECORDING]: recording });
  return recording;
}

/** What is of the connection that a reply goes out by, and not of the reply. */
function withoutLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-length': _, connection: __, 'transfer-encoding': ___, ...rest } = headers;
  return rest;
}

function toTexts(headers: OutgoingHttpHeaders | object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name.toLowerCase(), String(value)]],
    ),
  );
}
