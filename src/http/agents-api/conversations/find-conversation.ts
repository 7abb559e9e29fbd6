import type { Principal } from '../../../accounts/index.ts';
import { type Conversation, type Runs, runErrors } from '../../../runs/index.ts';
import { mayUseAgent } from '../caller.ts';

/** The conversation of this id that the principal may see. Throws conversation_not_found, whether or not there is one. */
export async function findConversation(runs: Runs, principal: Principal, id: string): Promise<Conversation> {
  const conversation = await runs.threads.findConversation(principal.accountId, id);
  if (conversation && mayUseAgent(principal, conversation.agentId)) return conversation;
  throw runErrors.conversation_not_found(`There is no conversation '${id}'.`, { field: 'conversation_id' });
}

export function toConversation(
  conversation: Pick<Conversation, 'id' | 'createdAt' | 'metadata'>,
): Record<string, unknown> {
  return {
    id: conversation.id,
    object: 'conversation',
    created_at: Math.floor(conversation.createdAt / 1000),
    metadata: conversation.metadata ?? {},
  };
}
