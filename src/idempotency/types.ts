import type { Statement } from '../db/index.ts';

/** A reply as it can be sent again. */
export interface KeptReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request with an Idempotency-Key is. */
export interface KeyedRequest {
  readonly accountId: string;
  readonly key: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The agent key or the person that makes it: nobody is shown a reply that was somebody else's. */
  readonly principalId: string;
  /** Parsed, so that spaces and the order of fields make no other request. */
  readonly body?: unknown;
  /**
   * Instead of a body, of a form that is read only once, as it comes: reads it to its end and says what is in it. Called
   * where that has to be compared; else whoever carries the request out gives it to `keep`.
   */
  readonly readForm?: () => Promise<string | undefined>;
}

/** The right to carry a request out. It ends with one of the two. */
export interface Claim {
  /**
   * For the batch of what the request does: from then on it is never done again, though the reply may be lost in a crash.
   * What is done without it may be done twice, when the process dies just then.
   */
  acted(): Statement;
  /** Resolves when the reply is on disk: from then on the key gets it again. `undefined`: it is too large to be kept. */
  keep(reply: KeptReply | undefined, form?: string): Promise<void>;
  /** Nothing came of it; the key is free again. */
  release(): Promise<void>;
}

export type Admission =
  | { readonly type: 'claimed'; readonly claim: Claim }
  | { readonly type: 'replay'; readonly reply: KeptReply };
