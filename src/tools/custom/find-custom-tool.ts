import { commonErrors } from '../../lib/errors.ts';
import type { CustomToolStore, StoredCustomTool } from './store.ts';

/** Throws not_found for an id that the account does not have. */
export async function findCustomTool(
  store: CustomToolStore,
  accountId: string,
  toolId: string,
): Promise<StoredCustomTool> {
  const tool = await store.find(accountId, toolId);
  if (!tool) throw commonErrors.not_found(`There is no custom tool '${toolId}'.`);
  return tool;
}
