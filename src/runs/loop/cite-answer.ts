import { findCitations } from '../../knowledge/index.ts';
import type { Annotation, Item } from '../../models/index.ts';
import type { Passage } from '../../tools/index.ts';

/**
 * Puts the citations on the answer, which is the last assistant message; offsets are into that message's text.
 */
export function citeAnswer(
  output: readonly Item[],
  passages: readonly Passage[],
  consoleUrl: string,
): { output: readonly Item[]; annotations: readonly Annotation[] } {
  if (passages.length === 0) return { output, annotations: [] };
  const at = output.findLastIndex((item) => item.type === 'message' && item.role === 'assistant');
  const answer = output[at];
  if (answer?.type !== 'message') return { output, annotations: [] };
  const part = answer.content[0];
  if (part?.type !== 'text') return { output, annotations: [] };
  const annotations = findCitations(part.text, passages, consoleUrl);
  if (annotations.length === 0) return { output, annotations };
  const cited: Item = { ...answer, content: [{ ...part, annotations }, ...answer.content.slice(1)] };
  return { output: output.with(at, cited), annotations };
}
