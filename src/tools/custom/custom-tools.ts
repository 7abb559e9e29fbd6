import type { Actor } from '../../audit/index.ts';
import type { Page, PageRequest } from '../../lib/page.ts';
import { pageOffset } from '../../lib/page.ts';
import { openAuth } from '../auth/tool-auth.ts';
import type { Tool } from '../types.ts';
import type { CustomToolsContext } from './context.ts';
import { createCustomTool } from './create-custom-tool.ts';
import { deleteCustomTool } from './delete-custom-tool.ts';
import { findCustomTool } from './find-custom-tool.ts';
import type { StoredCustomTool } from './store.ts';
import { authPlace, toTool } from './to-tool.ts';
import type { CustomTool, CustomToolInput, CustomToolUpdate } from './types.ts';
import { updateCustomTool } from './update-custom-tool.ts';
import { withoutAuth } from './without-auth.ts';

/** HTTP endpoints of an account as tools. All throw not_found for an id that the account does not have. */
export interface CustomTools {
  create(accountId: string, input: CustomToolInput, by?: Actor): Promise<CustomTool>;
  list(accountId: string, request: PageRequest): Promise<Page<CustomTool>>;
  get(accountId: string, toolId: string): Promise<CustomTool>;
  update(accountId: string, toolId: string, update: CustomToolUpdate, by?: Actor): Promise<CustomTool>;
  delete(
    accountId: string,
    toolId: string,
    options?: { readonly force?: boolean | undefined; readonly by?: Actor },
  ): Promise<void>;
  /** As agents use them, by their present names. */
  tools(accountId: string): Promise<readonly Tool[]>;
  /** By a present or a former name. */
  find(accountId: string, name: string): Promise<Tool | undefined>;
}

export function createCustomTools(context: CustomToolsContext): CustomTools {
  const { store, secrets, guardedHttp } = context;
  const usable = (tool: StoredCustomTool, name?: string): Tool =>
    toTool(
      tool,
      {
        guardedHttp,
        credentialOf: () =>
          openAuth(secrets, tool.authType, tool.authSealed, authPlace(tool.accountId, tool.id)),
      },
      name,
    );

  return {
    create: (accountId, input, by) => createCustomTool(context, accountId, input, by),
    async list(accountId, request) {
      const all = await store.all(accountId);
      const from = pageOffset(request);
      const items = all.slice(from, from + request.limit).map(withoutAuth);
      return { items, total: all.length, page: request.page };
    },
    get: async (accountId, toolId) => withoutAuth(await findCustomTool(store, accountId, toolId)),
    update: (accountId, toolId, update, by) => updateCustomTool(context, accountId, toolId, update, by),
    delete: (accountId, toolId, options) => deleteCustomTool(context, accountId, toolId, options),
    tools: async (accountId) => (await store.all(accountId)).map((tool) => usable(tool)),
    async find(accountId, name) {
      const all = await store.all(accountId);
      const found =
        all.find((tool) => tool.name === name) ?? all.find((tool) => tool.formerNames.includes(name));
      return found && usable(found, name);
    },
  };
}
