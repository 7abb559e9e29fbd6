import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { UserPrincipal } from '../accounts/index.ts';
import { type Executions, jobFrame } from '../crews/index.ts';
import type { StoredEvent, Subscription } from '../engine/index.ts';
import { SocketOutput } from '../http/index.ts';
import type { MusterError } from '../lib/errors.ts';
import { type Limits, refusal } from '../limits/index.ts';
import { type ClientMessage, readMessage } from './read-message.ts';

export const CLOSE = { credential: 4401, origin: 4403, flood: 4429, going: 1012 } as const;

/** Of one connection. */
const MAX_SUBSCRIPTIONS = 1_000;
const MAX_MESSAGES_A_SECOND = 200;

export interface SessionDeps {
  readonly executions: Pick<Executions, 'subscribe'>;
  readonly limits: Limits;
  /** What the client is told of whatever was thrown. */
  readonly toError: (thrown: unknown) => MusterError;
  readonly now: () => number;
}

export interface SessionOptions {
  readonly socket: WebSocket;
  /** What the WebSocket writes to: tells when the reader has caught up. */
  readonly stream: Duplex;
  /** Who it is, as of now. Throws when nobody has said, or the credential has ended. */
  readonly authenticate: (token: string | undefined) => Promise<UserPrincipal>;
}

/** The text of an event is made once for all who watch its job. */
const texts = new WeakMap<StoredEvent, string>();

/**
 * One connection that watches jobs. Each subscription goes at the pace of the reader: what it has not taken yet stays in
 * the log, and nothing of it is kept here.
 */
export class WatchSession {
  readonly #deps: SessionDeps;
  readonly #options: SessionOptions;
  readonly #output: SocketOutput;
  readonly #subscriptions = new Map<string, Subscription>();
  #queue: Promise<void> = Promise.resolve();
  #second = 0;
  #count = 0;
  #user: UserPrincipal | undefined;
  #hasCredential = false;
  #closed = false;

  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps;
    this.#options = options;
    const { socket, stream } = options;
    this.#output = new SocketOutput(socket, stream);
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? '' : data.toString()));
    socket.on('close', () => this.#leave());
    // Broken frames: ws has closed with the right code by then.
    socket.on('error', () => undefined);
  }

  get user(): UserPrincipal | undefined {
    return this.#user;
  }

  /** Whether a credential has come: it may still be looked at. A bad one closes the connection. */
  get hasCredential(): boolean {
    return this.#hasCredential;
  }

  /**
   * Tries the credential that came with the connection, or asks again whether it still holds. Messages that come
   * meanwhile wait for the answer.
   */
  identify(token: string | undefined): Promise<void> {
    this.#queue = this.#queue.then(() => this.#identify(token));
    return this.#queue;
  }

  async #identify(token: string | undefined): Promise<void> {
    this.#hasCredential ||= token !== undefined;
    try {
      this.#user = await this.#options.authenticate(token);
    } catch (thrown) {
      this.close(CLOSE.credential, this.#deps.toError(thrown).message);
    }
  }

  close(code: number, reason: string): void {
    this.#leave();
    // The protocol bounds a reason to 123 bytes.
    this.#options.socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, 120)
        .toString()
        .replace(/\uFFFD$/, ''),
    );
  }

  #leave(): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
  }

  #receive(text: string): void {
    if (this.#closed) return;
    const second = Math.floor(this.#deps.now() / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count > MAX_MESSAGES_A_SECOND) {
      this.close(CLOSE.flood, 'Too many messages');
      return;
    }
    // One after another, so that an unsubscribe never overtakes its subscribe.
    this.#queue = this.#queue.then(() => this.#handle(text));
  }

  /** Never rejects: what is wrong is told on the socket. */
  async #handle(text: string): Promise<void> {
    if (this.#closed) return;
    let message: ClientMessage | undefined;
    try {
      message = readMessage(text);
      if (message.type === 'auth') {
        await this.#identify(message.token);
        if (this.#user && !this.#closed) this.#send({ type: 'authenticated' });
        return;
      }
      if (!this.#user) {
        this.close(CLOSE.credential, 'Send a credential first: {"type":"auth","token":"…"}');
        return;
      }
      await this.#obey(message, this.#user);
    } catch (thrown) {
      const error = this.#deps.toError(thrown);
      const jobId = message && 'jobId' in message ? { job_id: message.jobId } : {};
      this.#send({ type: 'error', ...jobId, message: error.message, code: error.spec.platformCode });
    }
  }

  async #obey(message: Exclude<ClientMessage, { type: 'auth' }>, user: UserPrincipal): Promise<void> {
    switch (message.type) {
      case 'ping':
        this.#send({ type: 'pong' });
        break;
      case 'unsubscribe':
        this.#subscriptions.get(message.jobId)?.close();
        this.#subscriptions.delete(message.jobId);
        this.#send({ type: 'unsubscribed', job_id: message.jobId });
        break;
      case 'subscribe':
        await this.#subscribe(user, message.jobId, message.after);
        break;
    }
  }

  async #subscribe({ accountId }: UserPrincipal, jobId: string, after: number): Promise<void> {
    const standing = await this.#deps.limits.take(accountId);
    if (standing && !standing.admitted) throw refusal(standing);
    this.#subscriptions.get(jobId)?.close();
    this.#subscriptions.delete(jobId);
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      const message = `A connection may watch at most ${MAX_SUBSCRIPTIONS} jobs.`;
      this.#send({ type: 'error', job_id: jobId, message, code: 'RATE_LIMIT' });
      return;
    }
    const subscription = await this.#deps.executions.subscribe(accountId, jobId, after, {
      onEvents: (events) => this.#output.sendAll(events.values().map((event) => textOf(jobId, event))),
      onEnd: () => this.#subscriptions.delete(jobId),
      onError: (error) => {
        this.#subscriptions.delete(jobId);
        const { message, spec } = this.#deps.toError(error);
        this.#send({ type: 'error', job_id: jobId, message, code: spec.platformCode });
      },
    });
    if (this.#closed) {
      subscription.close();
      return;
    }
    this.#subscriptions.set(jobId, subscription);
    this.#send({ type: 'subscribed', job_id: jobId, last_seq: subscription.lastSeq });
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    this.#output.send(JSON.stringify(message));
  }
}

function textOf(jobId: string, event: StoredEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(jobFrame(jobId, event));
  texts.set(event, text);
  return text;
}
