import { commonErrors } from '../../../lib/errors.ts';
import type { FindObject } from '../access.ts';
import { findAgent } from '../agents/find-agent.ts';
import type { PlatformApiDeps } from '../deps.ts';

/** A document is found under its own agent only. */
export function findDocument(deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): FindObject {
  const findItsAgent = findAgent(deps);
  return async (user, params) => {
    await findItsAgent(user, params);
    const { id, document_id = '' } = params;
    const { agentId } = await deps.knowledge.getDocumentSummary(user.accountId, document_id);
    if (agentId !== id) throw commonErrors.not_found(`There is no document '${document_id}'.`);
  };
}
