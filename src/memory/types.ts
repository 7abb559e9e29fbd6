export type MemoryKind = 'short_term' | 'long_term';

/** Something that a crew remembers. */
export interface MemoryItem {
  readonly id: string;
  readonly kind: MemoryKind;
  /** Of long-term memories; else empty. */
  readonly category: string;
  readonly content: string;
  /** The job that wrote it last. */
  readonly jobId: string;
  /** Whose it is; empty: everybody's. */
  readonly endUser: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whose memory: the crew's own, and within it that of one end user where one is named. */
export interface MemoryScope {
  readonly accountId: string;
  readonly crewId: string;
  /** Empty: what is about nobody in particular. */
  readonly endUser: string;
}

/** What a model makes of a job. */
export interface NewInsight {
  readonly category: string;
  readonly content: string;
  /** The id of the memory that it takes the place of. */
  readonly replaces?: string | undefined;
}
