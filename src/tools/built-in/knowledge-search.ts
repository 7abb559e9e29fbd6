import { success } from '../outcome.ts';
import type { KnowledgePort, Passage, Tool } from '../types.ts';
import { integerOf, textOf } from './arguments.ts';

export function knowledgeSearchTool({ knowledge }: { readonly knowledge: KnowledgePort }): Tool {
  return {
    name: 'knowledge_search',
    description:
      "Searches the agent's own documents and returns the best passages, numbered. Cite a passage by its number, such as [1].",
    category: 'research',
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string', minLength: 1, description: 'What to look for, in words of the documents.' },
        limit: { type: 'integer', minimum: 1, maximum: 10, default: 5, description: 'How many passages.' },
      },
      required: ['query'],
      additionalProperties: false,
    },
    async run(args, { accountId, agentId, firstPassageNumber, signal }) {
      const query = textOf(args, 'query') ?? '';
      const limit = integerOf(args, 'limit', 5);
      const passages = await knowledge.search(accountId, agentId, query, limit, signal);
      if (passages.length === 0) {
        return success(
          "No passage of the agent's documents matches. Try other words, or say that the documents do not tell.",
          [],
        );
      }
      return success(formatPassages(passages, firstPassageNumber ?? 1), passages);
    },
  };
}

/**
 * The form is fixed, because citations and the sandbox model read it: `[n] Document › Heading`, text, empty line. Lines of
 * the text that are empty get a blank: only so does an empty line end the passage, whatever a document holds.
 */
export function formatPassages(passages: readonly Passage[], firstNumber: number): string {
  return passages
    .map(({ documentName, heading, text }, index) => {
      const source = heading === '' ? documentName : `${documentName} › ${heading}`;
      return `[${firstNumber + index}] ${oneLine(source)}\n${text.trim().replaceAll(/^$/gm, ' ')}\n`;
    })
    .join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
