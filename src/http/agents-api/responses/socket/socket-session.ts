import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Principal } from '../../../../accounts/index.ts';
import { commonErrors, type MusterError } from '../../../../lib/errors.ts';
import { type Limits, refusal } from '../../../../limits/index.ts';
import { toMusterError } from '../../../error-reply.ts';
import { limitedKey } from '../../../rate-limit.ts';
import { SocketOutput } from '../../../socket-output.ts';
import type { ResponsesDeps } from '../deps.ts';
import { responseErrors } from '../errors.ts';
import { socketFraming } from '../framing.ts';
import { type FindMemory, type PreparedResponse, prepareResponse } from '../prepare-response.ts';
import { ResponseEmitter } from '../response-emitter.ts';
import { runResponse } from '../run-response.ts';
import { FrameQueue } from './frame-queue.ts';
import { LaneMemories } from './lane-memories.ts';
import type { CreateFrame, FrameReader } from './read-frame.ts';
import { warmUpEnding } from './warm-up.ts';

export const CLOSE = { going: 1012, credential: 4401, flood: 4429, old: 1000 } as const;

export interface SessionDeps extends ResponsesDeps {
  readonly limits: Limits;
  readonly readFrame: FrameReader;
}

export interface SessionOptions {
  readonly socket: WebSocket;
  /** What the WebSocket writes to: tells when the reader has caught up. */
  readonly stream: Duplex;
  readonly requestId: string;
  /** Asked before every turn, so that a credential that has ended starts no more. */
  readonly authenticate: () => Promise<Principal>;
}

/**
 * One WebSocket: turns in the order in which they were asked for, one at a time, and the last response of each lane in
 * memory, to be continued although nothing of it is stored.
 */
export class SocketSession {
  readonly #deps: SessionDeps;
  readonly #options: SessionOptions;
  readonly #output: SocketOutput;
  readonly #queue = new FrameQueue();
  readonly #memories = new LaneMemories();
  readonly #abort = new AbortController();
  #busy = false;
  /** Set when no further turn is taken: what to close with once the running one is over. */
  #ending: { readonly code: number; readonly error?: MusterError } | undefined;

  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#output = new SocketOutput(options.socket, options.stream);
    options.socket.on('message', (data) => this.#receive(data.toString()));
    options.socket.on('close', () => this.#abort.abort(new Error('The client closed the connection')));
    // Broken frames: ws has closed with the right code by then.
    options.socket.on('error', () => undefined);
  }

  /** Ends when the running turn is over, telling why. */
  end(code: number, error?: MusterError): void {
    this.#ending ??= error ? { code, error } : { code };
    if (!this.#busy) this.#close();
  }

  /** Ends now, whatever is running, telling why. */
  cut(code: number, error?: MusterError): void {
    this.#ending = error ? { code, error } : { code };
    this.#abort.abort(error ?? new Error('The connection was ended by the server'));
    this.#close();
  }

  #receive(text: string): void {
    if (this.#ending) return;
    if (!this.#queue.push(text)) {
      this.cut(CLOSE.flood);
      return;
    }
    if (!this.#busy) void this.#work();
  }

  /** Never rejects: whatever goes wrong in a turn is told on the socket. */
  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#queue.next(); next && !this.#ending; next = this.#queue.next()) {
      if (next.type === 'refused') {
        this.#tellError(
          responseErrors.websocket_queue_full('Too many responses wait on this connection.'),
          undefined,
        );
        continue;
      }
      await this.#turn(next.text);
    }
    this.#busy = false;
    if (this.#ending) this.#close();
  }

  async #turn(text: string): Promise<void> {
    let lane: string | undefined;
    let frame: CreateFrame | undefined;
    try {
      const raw = this.#deps.readFrame(text);
      lane = raw.streamId;
      frame = raw.create();
      const principal = await this.#authenticate();
      if (!principal) return;
      const standing = await this.#deps.limits.take(principal.accountId, limitedKey(principal));
      if (standing && !standing.admitted) throw refusal(standing);
      const findMemory: FindMemory = (turnId) => this.#memories.find(turnId);
      const { body } = frame;
      const response = await prepareResponse(this.#deps, principal, body, { stream: true, findMemory });
      const told = frame.generate ? await this.#run(response, frame) : this.#warmUp(response, frame);
      if (!told) this.#memories.evict(frame.body.previous_response_id);
    } catch (thrown) {
      const error = toMusterError(thrown, this.#options.requestId, this.#deps.logger);
      // A continuation that failed must not be continued from what it might have left half done.
      if (frame) this.#memories.evict(frame.body.previous_response_id);
      this.#tellError(error, lane);
    }
  }

  async #authenticate(): Promise<Principal | undefined> {
    try {
      return await this.#options.authenticate();
    } catch (thrown) {
      const error = toMusterError(thrown, this.#options.requestId, this.#deps.logger);
      if (error.status !== 401) throw error;
      this.end(CLOSE.credential, error);
      return undefined;
    }
  }

  /** Resolves to whether the response can be continued. */
  async #run(response: PreparedResponse, frame: CreateFrame): Promise<boolean> {
    const output = {
      framing: socketFraming(frame.streamId),
      write: (text: string) => this.#output.send(text),
      ready: () => this.#output.ready(),
      // A turn has one end on a socket: what follows an error would be taken for the next turn's.
      tellsErrors: false,
    };
    const { requestId } = this.#options;
    const run = await runResponse(this.#deps, response, output, this.#abort.signal, requestId);
    if (run.type === 'refused') throw run.error;
    const { outcome } = run;
    if (!outcome || outcome.status === 'failed') return false;
    const memory = response.prepared.remember(outcome, response.plan.turn.store === true);
    this.#memories.keep(frame.streamId, memory);
    return true;
  }

  #warmUp(response: PreparedResponse, frame: CreateFrame): boolean {
    const { identity, prepared } = response;
    const emitter = new ResponseEmitter({
      identity,
      showSteps: false,
      framing: socketFraming(frame.streamId),
      write: (text) => this.#output.send(text),
    });
    emitter.finish(warmUpEnding(this.#deps.clock.now()));
    const memory = prepared.remember({ status: 'completed', output: [] }, false);
    this.#memories.keep(frame.streamId, memory);
    return true;
  }

  #tellError(error: MusterError, streamId: string | undefined): void {
    const { code, message, spec, details } = error;
    const body = { type: spec.type, code, message, param: details.field ?? '' };
    const lane = streamId === undefined ? {} : { stream_id: streamId };
    this.#output.send(JSON.stringify({ type: 'error', status: error.status, error: body, ...lane }));
  }

  #close(): void {
    const ending = this.#ending ?? { code: CLOSE.going };
    if (ending.error) this.#tellError(ending.error, undefined);
    this.#options.socket.close(ending.code, ending.error?.code ?? '');
  }
}

/** What a connection that has lived its time is told. */
export function connectionIsOld(): MusterError {
  return responseErrors.websocket_connection_limit_reached(
    'This connection has lived for 60 minutes. Open another one; stored responses can be continued there.',
  );
}

export function serverIsGoingDown(): MusterError {
  return commonErrors.service_unavailable('The server is going down. Open another connection.');
}
