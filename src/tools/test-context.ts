import type { KnowledgePort, Passage, ToolContext } from './types.ts';

/** A context for tests; `parts` replaces what matters to the test. */
export function testContext(parts: Partial<ToolContext> = {}): ToolContext {
  return {
    accountId: 'acct_1',
    agentId: 'agent_1',
    runId: 'run_1',
    callId: 'call_1',
    idempotencyKey: 'run_1:call_1',
    signal: new AbortController().signal,
    ...parts,
  };
}

export function testPassage(parts: Partial<Passage> = {}): Passage {
  return {
    documentId: 'doc_1',
    documentName: 'handbook.md',
    heading: 'Refunds',
    text: 'Refunds take 14 days.',
    start: 0,
    end: 21,
    score: 1,
    ...parts,
  };
}

/** Documents of `agent_1` of `acct_1` only, as the knowledge room would bound them. */
export function testKnowledge(passages: readonly Passage[] = [], text = ''): KnowledgePort {
  const isOwner = (accountId: string, agentId: string) => accountId === 'acct_1' && agentId === 'agent_1';
  return {
    search: async (accountId, agentId, _query, limit) =>
      isOwner(accountId, agentId) ? passages.slice(0, limit) : [],
    async readDocument(accountId, agentId, nameOrId, { offset, limit }) {
      if (!isOwner(accountId, agentId) || (nameOrId !== 'handbook.md' && nameOrId !== 'doc_1'))
        return undefined;
      return {
        id: 'doc_1',
        name: 'handbook.md',
        text: text.slice(offset, offset + limit),
        totalLength: text.length,
      };
    },
    listDocuments: async (accountId, agentId) =>
      isOwner(accountId, agentId) ? [{ id: 'doc_1', name: 'handbook.md', status: 'ready' }] : [],
  };
}
