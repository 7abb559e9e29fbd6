import type { Item } from '../models/index.ts';
import { formatPassages, type Passage } from '../tools/index.ts';

const CITE =
  'When a statement of your answer rests on a numbered passage, put its number behind the statement, like [1]. Never cite a number that you were not given.';

/**
 * The system prompt of a turn: the agent's own instructions, what it must know of its documents, then the caller's
 * system and developer messages. Those come last and are said to be the caller's, so that they add to the agent's
 * instructions and do not pass for them. A caller that resends them with each turn has them once.
 */
export function buildInstructions(input: {
  agentInstructions: string;
  documents: 'none' | 'searchable' | { readonly passages: readonly Passage[] };
  items: readonly Item[];
  /** For this turn only. */
  turnInstructions?: string | undefined;
}): string {
  const { agentInstructions, documents, items, turnInstructions = '' } = input;
  const sections = [agentInstructions.trim()];
  if (documents === 'searchable') {
    sections.push(
      `You have documents. Before you answer a question that they may cover, call knowledge_search, and answer from what it finds. ${CITE}`,
    );
  } else if (documents !== 'none') {
    sections.push(
      documents.passages.length > 0
        ? `Passages from your documents that may answer the question:\n\n${formatPassages(documents.passages, 1)}\n\n${CITE}`
        : 'Your documents were searched for the question and hold nothing about it.',
    );
  }
  const callerInstructions = new Set(items.flatMap(instructionText));
  if (callerInstructions.size > 0) {
    sections.push(
      `Further instructions from the calling application:\n\n${[...callerInstructions].join('\n\n')}`,
    );
  }
  if (turnInstructions.trim() !== '') {
    sections.push(`Instructions from the calling application for this answer:\n\n${turnInstructions.trim()}`);
  }
  return sections.filter((section) => section !== '').join('\n\n');
}

export function isInstruction(item: Item): boolean {
  return item.type === 'message' && (item.role === 'system' || item.role === 'developer');
}

function instructionText(item: Item): string[] {
  if (item.type !== 'message' || !isInstruction(item)) return [];
  const text = item.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return text.trim() === '' ? [] : [text];
}
