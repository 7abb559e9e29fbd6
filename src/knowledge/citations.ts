import type { Annotation } from '../models/index.ts';
import type { Passage } from '../tools/index.ts';
import { createQuoter, type Quote } from './best-quote.ts';
import { type CitedSpan, findMarkedClaims } from './marked-claims.ts';
import { findVerbatimSpans } from './verbatim-spans.ts';

/**
 * The citations of an answer, in its order. `passages` are those that the model was shown, the first as `[1]`.
 *
 * Each marker that names a passage makes one, over the statement before it up to the end of the marker. A passage that
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
  const quoters = new Map([...marked].map((index) => [index, createQuoter(passages[index]?.text ?? '')]));
  const citations = [
    ...claims.map((claim) =>
      cite(claim, passages, consoleUrl, quoters.get(claim.passage)?.(claim.statement)),
    ),
    ...findVerbatimSpans(answer, passages, marked).map((span) =>
      cite(span, passages, consoleUrl, span.quote),
    ),
  ];
  return citations
    .filter((citation) => citation !== undefined)
    .sort((a, b) => a.startIndex - b.startIndex || a.endIndex - b.endIndex);
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
