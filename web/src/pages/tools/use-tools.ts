import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';

const ALL = { params: { query: { limit: 100 } } } as const;

const loadTools = async () => (await ask(api.GET('/tools', ALL))).tools;
const loadCustom = async () => (await ask(api.GET('/tools/custom', ALL))).tools;
const loadServers = async () => (await ask(api.GET('/tools/mcp', ALL))).servers;

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
