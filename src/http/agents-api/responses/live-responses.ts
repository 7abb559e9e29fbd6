import { Registry } from '../../../lib/registry.ts';
import { type RunEvent, RunRecording } from '../../../runs/index.ts';
import type { ResponseIdentity } from './response-resource.ts';
import type { Ending, ShownRequest } from './stored-response.ts';

/** Who reads a response while it is being made. */
export interface ResponseReader {
  event(event: RunEvent): void;
  finish(ending: Ending): void;
}

/** A response that is being made in this process: its events so far, and those who follow it. */
export class LiveResponse {
  readonly accountId: string;
  readonly agentId: string;
  readonly identity: ResponseIdentity;
  readonly shown: ShownRequest;
  readonly recording = new RunRecording();
  readonly #readers = new Set<ResponseReader>();

  constructor(accountId: string, agentId: string, identity: ResponseIdentity, shown: ShownRequest) {
    this.accountId = accountId;
    this.agentId = agentId;
    this.identity = identity;
    this.shown = shown;
  }

  event(event: RunEvent): void {
    this.recording.record(event);
    for (const reader of this.#readers) reader.event(event);
  }

  finish(ending: Ending): void {
    for (const reader of this.#readers) reader.finish(ending);
    this.#readers.clear();
  }

  /** Plays what has happened, then follows: nothing is missed between. Returns what stops it. */
  follow(reader: ResponseReader): () => void {
    this.recording.replay((event) => reader.event(event));
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}

/** The responses that are being made in this process, for those who come to read them meanwhile. */
export class LiveResponses {
  readonly #byId = new Registry<LiveResponse>();

  add(live: LiveResponse): void {
    this.#byId.set(live.identity.uid, live);
  }

  find(accountId: string, uid: string): LiveResponse | undefined {
    const live = this.#byId.get(uid);
    return live?.accountId === accountId ? live : undefined;
  }

  remove(live: LiveResponse): void {
    this.#byId.delete(live.identity.uid);
  }
}
