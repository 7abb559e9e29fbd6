import { useQuery } from '@tanstack/react-query';
import { loadTools } from '../../api/all-tools.ts';
import { api, ask } from '../../api/api.ts';
import { askAll } from '../../api/ask-all.ts';

const loadCustom = () =>
  askAll(
    (query) => ask(api.GET('/tools/custom', { params: { query } })),
    ({ tools }) => tools,
    ({ id }) => id,
  );
const loadServers = () =>
  askAll(
    (query) => ask(api.GET('/tools/mcp', { params: { query } })),
    ({ servers }) => servers,
    ({ id }) => id,
  );

export type Tool = Awaited<ReturnType<typeof loadTools>>[number];
export type CustomTool = Awaited<ReturnType<typeof loadCustom>>[number];
export type McpServer = Awaited<ReturnType<typeof loadServers>>[number];

/** What agents can have: the built-in tools, the account's own, and those of MCP servers. */
export function useTools() {
  const tools = useQuery({ queryKey: ['tools', 'all'], queryFn: loadTools });
  const custom = useQuery({ queryKey: ['tools', 'custom'], queryFn: loadCustom });
  const servers = useQuery({ queryKey: ['tools', 'mcp'], queryFn: loadServers });
  return { tools, custom, servers };
}
