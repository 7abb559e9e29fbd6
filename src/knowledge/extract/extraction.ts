/** Where a section begins. Its title need not be in the text: pages of a PDF have one that is not. */
export interface Heading {
  readonly offset: number;
  /** 1 is the outermost. */
  readonly level: number;
  readonly title: string;
}

export interface Extraction {
  readonly text: string;
  /** By rising offset. */
  readonly headings: readonly Heading[];
  /** Stretches that are better left whole, by rising start: code, rows. */
  readonly blocks?: readonly (readonly [start: number, end: number])[];
}

/** A document that cannot be read, for a reason in its owner's words. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
}
