import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';

/** Every tool that an agent can have; an MCP server alone may bring hundreds. */
export function loadTools() {
  return askAll(
    (query) => ask(api.GET('/tools', { params: { query } })),
    ({ tools }) => tools,
    ({ name }) => name,
  );
}
