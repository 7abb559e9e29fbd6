import type { WidgetOptions } from './options.ts';
import { threadKey } from './thread-key.ts';

const SPARE_MS = 30_000;

interface Visit {
  readonly token: string;
  /** Undefined: not known, it was given by the page. */
  readonly endsAt: number | undefined;
}

/** Talks to the server for one visitor. The conversation lasts as long as the page, and stays when it is loaded again. */
export class WidgetClient {
  readonly #options: WidgetOptions;
  readonly #threadKey: string;
  #visit: Visit | undefined;

  constructor(options: WidgetOptions) {
    this.#options = options;
    this.#threadKey = threadKey(options.server, options.embed ?? options.visit ?? '');
    if (options.visit !== undefined) this.#visit = { token: options.visit, endsAt: undefined };
  }

  /** The agent's name, where the server has to be asked anyway. */
  async open(): Promise<string | undefined> {
    const { embed } = this.#options;
    if (embed === undefined) return undefined;
    const response = await this.#post('visits', { embed });
    const body: unknown = await response.json();
    const token = textOf(body, 'token');
    const seconds = Number(read(body, 'expires_in'));
    this.#visit = { token: token ?? '', endsAt: Date.now() + seconds * 1_000 };
    return textOf(body, 'name');
  }

  /** The answer, piece by piece. Throws with a sentence for the visitor. */
  async *send(message: string, signal: AbortSignal): AsyncGenerator<string> {
    const over = this.#visit?.endsAt !== undefined && this.#visit.endsAt - SPARE_MS < Date.now();
    if (!this.#visit || over) await this.open();
    const thread = sessionStorage.getItem(this.#threadKey);
    const body = { message, ...(thread !== null && { thread }) };
    const response = await this.#post('messages', body, signal).catch((error: unknown) => {
      // A conversation that is gone is not one to go on with.
      if (error instanceof Refused && error.status === 404) sessionStorage.removeItem(this.#threadKey);
      throw error;
    });
    if (!response.body) throw new Error('The server sent no answer.');
    let rest = '';
    let complete = false;
    for await (const text of chunks(response.body)) {
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        if (!frame.startsWith('data: ')) continue;
        const event: unknown = JSON.parse(frame.slice('data: '.length));
        const type = read(event, 'type');
        if (type === 'text') yield textOf(event, 'text') ?? '';
        if (type === 'error') throw new Error(errorText(event));
        if (type === 'done') {
          complete = true;
          sessionStorage.setItem(this.#threadKey, textOf(event, 'thread') ?? '');
        }
      }
    }
    if (!complete) throw new Error('The answer broke off. Please try again.');
  }

  /** The next message begins anew. */
  forget(): void {
    sessionStorage.removeItem(this.#threadKey);
  }

  async #post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#options.server}/api/widget/v1/${path}`, {
        method: 'POST',
        // Whoever is signed in to that server is nobody here.
        credentials: 'omit',
        headers: {
          'content-type': 'application/json',
          ...(this.#visit && { authorization: `Bearer ${this.#visit.token}` }),
        },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Error('The chat cannot be reached at the moment. Please try again.', { cause: error });
    }
    if (response.ok) return response;
    throw new Refused(response.status, errorText(await response.json().catch(() => undefined)));
  }
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function* chunks(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const found = read(value, name);
  return typeof found === 'string' ? found : undefined;
}

function errorText(body: unknown): string {
  return textOf(read(body, 'error'), 'message') ?? 'Something went wrong. Please try again.';
}
