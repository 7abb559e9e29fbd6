import { type Actor, SYSTEM } from '../../audit/index.ts';
import { requireUnused } from '../tool-users.ts';
import type { CustomToolsContext } from './context.ts';
import { findCustomTool } from './find-custom-tool.ts';

/** Removes a tool with its credential. Throws tool_in_use while anything names it, unless `force`. */
export async function deleteCustomTool(
  context: CustomToolsContext,
  accountId: string,
  toolId: string,
  { force = false, by = SYSTEM }: { readonly force?: boolean | undefined; readonly by?: Actor } = {},
): Promise<void> {
  const { store } = context;
  const tool = await findCustomTool(store, accountId, toolId);
  const names = [tool.name, ...tool.formerNames];
  if (!force) await requireUnused(context.findUsers, accountId, `'${tool.name}'`, names);
  const line = context.audit.record({
    accountId,
    action: 'tool.deleted',
    by,
    object: { type: 'tool', id: toolId },
    details: { name: tool.name, isForced: force },
  });
  // Whoever deleted it a moment before has done what was asked.
  await context.db.write([store.delete(accountId, toolId), line]);
}
