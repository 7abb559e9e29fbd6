import type { Agent } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { type AgentDraft, isSaved, toBody, toDraft } from './agent-draft.ts';
import type { Base } from './kept-agent.ts';

/** `saved`: `what` is now version `agent.version`. `conflict`: somebody else has saved `newest` since `on`. */
export type PutAgent =
  | { readonly status: 'saved'; readonly what: AgentDraft; readonly agent: Agent }
  | { readonly status: 'conflict'; readonly newest: Agent };

/**
 * Saves `what` over the version of `on`, and over no other. One of `unsure`, which were sent before and of which no reply has
 * come, may turn out to be what is saved; then that is told, and `what` is still to be saved over it.
 */
export async function putAgent(
  id: string,
  what: AgentDraft,
  on: Base,
  unsure: readonly AgentDraft[],
): Promise<PutAgent> {
  const path = { id };
  const headers = { 'if-match': `"${on.version}"` };
  try {
    const agent = await ask(api.PUT('/agents/{id}', { params: { path }, body: toBody(what), headers }));
    return { status: 'saved', what, agent };
  } catch (thrown) {
    if (toApiError(thrown).status !== 409) throw thrown;
    const newest = await ask(api.GET('/agents/{id}', { params: { path } }));
    // Not somebody else's, but ours: it was saved by a try of which the reply has not come.
    const ours = [what, ...unsure].find((each) => isSaved(each, toDraft(newest)));
    return ours ? { status: 'saved', what: ours, agent: newest } : { status: 'conflict', newest };
  }
}
