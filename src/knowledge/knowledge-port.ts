import type { KnowledgePort } from '../tools/index.ts';
import type { Knowledge } from './types.ts';

/** As many as a model is ever shown. */
const LISTED = 100;

/** The room as the built-in tools see it. */
export function knowledgePort(knowledge: Knowledge): KnowledgePort {
  return {
    search: (accountId, agentId, query, limit) => knowledge.search(accountId, agentId, query, limit),
    readDocument: (accountId, agentId, nameOrId, range) =>
      knowledge.readDocument(accountId, agentId, nameOrId, range),
    async listDocuments(accountId, agentId) {
      return (await knowledge.listDocuments(accountId, agentId, { limit: LISTED })).documents;
    },
  };
}
