import { failure, success } from '../outcome.ts';
import type { KnowledgePort, Tool, ToolContext } from '../types.ts';
import { integerOf, textOf } from './arguments.ts';

const DEFAULT_LENGTH = 10_000;
const MAX_LENGTH = 50_000;
const MAX_LISTED = 100;

export function fileReaderTool({ knowledge }: { readonly knowledge: KnowledgePort }): Tool {
  const listing = async ({ accountId, agentId }: ToolContext): Promise<string> => {
    const documents = await knowledge.listDocuments(accountId, agentId);
    if (documents.length === 0) return 'The agent has no documents.';
    const lines = documents
      .slice(0, MAX_LISTED)
      .map(({ id, name, status }) => `- ${name} (${id}, ${status})`);
    const more = documents.length > MAX_LISTED ? `\n… and ${documents.length - MAX_LISTED} more` : '';
    return `The agent's documents:\n${lines.join('\n')}${more}`;
  };

  return {
    name: 'file_reader',
    description:
      "Reads the text of one of the agent's own documents, in parts. Without a name it lists the documents.",
    category: 'data',
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'Name or id of the document.' },
        offset: { type: 'integer', minimum: 0, default: 0, description: 'Character to start at.' },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_LENGTH,
          default: DEFAULT_LENGTH,
          description: 'How many characters.',
        },
      },
      additionalProperties: false,
    },
    async run(args, context) {
      const name = textOf(args, 'name')?.trim();
      if (!name) return success(await listing(context));
      const offset = integerOf(args, 'offset', 0);
      const limit = integerOf(args, 'limit', DEFAULT_LENGTH);
      const found = await knowledge.readDocument(context.accountId, context.agentId, name, { offset, limit });
      if (!found) {
        return failure(`There is no document '${name.slice(0, 200)}'. ${await listing(context)}`);
      }
      const { totalLength, text } = found;
      if (offset >= totalLength && totalLength > 0) {
        return failure(`'${found.name}' ends at character ${totalLength}; offset ${offset} is behind it.`);
      }
      const end = offset + text.length;
      const rest = end < totalLength ? `\n\n[Go on with offset ${end}.]` : '';
      return success(`${found.name}, characters ${offset} to ${end} of ${totalLength}:\n\n${text}${rest}`);
    },
  };
}
