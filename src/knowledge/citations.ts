import type { Annotation } from '../models/index.ts';
import type { Passage } from '../tools/index.ts';
import { createQuoter, type Quote } from './best-quote.ts';
import { type CitedSpan, findMarkedClaims, type MarkedClaim } from './marked-claims.ts';
import { type Quotation, quotedBefore } from './quoted-before.ts';
import { findVerbatimSpans } from './verbatim-spans.ts';
import { wordsOf } from './words.ts';

/**
 * The citations of an answer, in its order. `passages` are those that the model was shown, the first as `[1]`.
 *
 * Each marker that names a passage makes one, over the statement before it up to the end of the marker; over more than a
 * sentence where what stands before the marker is the passage's own text, word for word. A passage that
 * no marker names, but eight or more of whose words stand in the answer in a row, makes one over those words. `quote` is
 * the part of the passage that says it, exactly as it stands in the document from `documentStart` to `documentEnd`.
 */
export function findCitations(
  answer: string,
  passages: readonly Passage[],
  consoleUrl: string,
): readonly Annotation[] {
  if (passages.length === 0 || answer === '') return [];
  const claims = findMarkedClaims(answer, passages.length);
  const marked = new Set(claims.map(({ passage }) => passage));
  const readers = new Map([...marked].map((index) => [index, createReader(passages[index]?.text ?? '')]));
  const citations = [
    ...claims.map((claim) => {
      const reading = readers.get(claim.passage)?.(answer, claim);
      const span = { start: reading?.start ?? claim.start, end: claim.end, passage: claim.passage };
      const citation = cite(span, passages, consoleUrl, reading?.quote);
      return citation && { ...citation, number: claim.passage + 1 };
    }),
    ...findVerbatimSpans(answer, passages, marked).map((span) =>
      cite(span, passages, consoleUrl, span.quote),
    ),
  ];
  return citations
    .filter((citation) => citation !== undefined)
    .sort((a, b) => a.startIndex - b.startIndex || a.endIndex - b.endIndex);
}

/** Finds what of one passage a claim rests on: the words that it repeats, where that is more than a sentence; else the best sentence. */
function createReader(text: string) {
  const quote = createQuoter(text);
  const passage = { text, words: wordsOf(text) };
  /** Markers in a row stand behind the same words. */
  let last: { readonly marker: number; readonly repeated: Quotation | undefined } | undefined;
  return (answer: string, claim: MarkedClaim): { readonly start: number; readonly quote: Quote } => {
    if (last?.marker !== claim.marker) {
      last = { marker: claim.marker, repeated: quotedBefore(answer, claim, passage) };
    }
    const { repeated } = last;
    return repeated !== undefined && repeated.start < claim.start
      ? { start: repeated.start, quote: { start: repeated.documentStart, end: repeated.documentEnd } }
      : { start: claim.start, quote: quote(claim.statement) };
  };
}

function cite(
  { start, end, passage: index }: CitedSpan,
  passages: readonly Passage[],
  consoleUrl: string,
  quote: Quote | undefined,
): Annotation | undefined {
  const passage = passages[index];
  if (!passage || !quote || quote.end <= quote.start) return undefined;
  const documentStart = passage.start + quote.start;
  const documentEnd = passage.start + quote.end;
  const id = encodeURIComponent(passage.documentId);
  return {
    type: 'citation',
    documentId: passage.documentId,
    documentName: passage.documentName,
    url: `${consoleUrl}/knowledge/${id}?start=${documentStart}&end=${documentEnd}`,
    documentStart,
    documentEnd,
    quote: passage.text.slice(quote.start, quote.end),
    startIndex: start,
    endIndex: end,
  };
}
