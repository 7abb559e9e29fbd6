import type { Started } from '../procs/processes.ts';

/** A server under load, one model of the mock upstream behind it. */
export interface Target {
  readonly name: string;
  readonly port: number;
  readonly process: Started;
  /** The bytes of a request for one turn with the upstream's model. */
  request(model: string, options?: RequestOptions): Promise<string>;
}

export interface RequestOptions {
  readonly stream?: boolean;
  readonly tools?: readonly string[];
  /** Muster only; default chat. */
  readonly api?: 'chat' | 'responses';
}

/** The same question to every target. */
export const QUESTION = 'What is the answer? Keep it as short as you can.';
