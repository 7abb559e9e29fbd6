/** What processes on one database tell each other. */
export type Topic =
  /** A job's id: its log has grown, or it has ended. */
  | 'job'
  /** An account's id: it has jobs in the queue. */
  | 'queue'
  /** A job's id: whoever runs it is to stop it. */
  | 'stop'
  /** JSON of a credential that has ended. */
  | 'revoked'
  /** Documents wait to be indexed. */
  | 'documents';

/**
 * Wake-ups between processes, quick but not certain: whoever listens looks at the database for what is true, and looks
 * there now and then also without being told.
 */
export interface Signals {
  /** To the other processes; not to this one. */
  publish(topic: Topic, payload: string): void;
  subscribe(topic: Topic, listener: (payload: string) => void): void;
  /** Something may have been missed: look at everything that is waited for. */
  onGap(listener: () => void): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Where there is only one process, there is nobody to tell. */
export const noSignals: Signals = {
  publish: () => undefined,
  subscribe: () => undefined,
  onGap: () => undefined,
  start: async () => undefined,
  close: async () => undefined,
};
