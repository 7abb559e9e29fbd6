import { commonErrors } from '../../../lib/errors.ts';
import type { Conversation } from '../../../runs/index.ts';
import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function findConversation(deps: Pick<PlatformApiDeps, 'runs'>): FindObject {
  return ({ accountId }, { id = '' }) => requireConversation(deps, accountId, id);
}

export async function requireConversation(
  { runs }: Pick<PlatformApiDeps, 'runs'>,
  accountId: string,
  id: string,
): Promise<Conversation> {
  const conversation = await runs.threads.findConversation(accountId, id);
  if (!conversation) throw commonErrors.not_found(`There is no conversation '${id}'.`);
  return conversation;
}
