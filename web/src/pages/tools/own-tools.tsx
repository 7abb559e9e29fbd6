import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { formatUsdShort } from '../../ui/format.ts';
import { RowMenu } from '../../ui/row-menu.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useChange } from '../../ui/use-change.ts';
import type { CustomTool, McpServer } from './use-tools.ts';

/** Deletes; where agents still use it the server says which, and one is asked again. */
function useRemove() {
  const attempt = useChange(['tools']);
  return async (name: string, remove: (force: boolean) => Promise<unknown>) => {
    const sure = await confirm({ title: `Delete ${name}?`, action: 'Delete', danger: true });
    if (!sure) return;
    await attempt({
      failed: `${name} could not be deleted`,
      call: async () => {
        try {
          await remove(false);
        } catch (error) {
          const { status, message } = toApiError(error);
          if (status !== 409) throw error;
          const anyway = await confirm({
            title: `${name} is used`,
            body: message,
            action: 'Delete anyway',
            danger: true,
          });
          if (anyway) await remove(true);
        }
      },
    });
  };
}

interface CustomToolsProps {
  readonly tools: readonly CustomTool[];
  readonly mayChange: boolean;
  readonly onEdit: (tool: CustomTool) => void;
  readonly onTry: (name: string) => void;
}

export function CustomTools({ tools, mayChange, onEdit, onTry }: CustomToolsProps) {
  const remove = useRemove();
  const columns: Column<CustomTool>[] = [
    {
      title: 'Tool',
      cell: ({ name, description }) => (
        <div className="py-2">
          <div className="font-medium">{name}</div>
          <div className="line-clamp-2 text-sm text-muted">{description}</div>
        </div>
      ),
    },
    {
      title: 'Calls',
      wideOnly: true,
      cell: ({ method, endpoint }) => (
        <code className="font-mono text-xs break-all">
          {method} {endpoint}
        </code>
      ),
    },
    {
      title: 'Price',
      figure: true,
      wideOnly: true,
      cell: ({ price_usd }) => (price_usd === 0 ? 'free' : formatUsdShort(price_usd)),
    },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (tool) =>
        mayChange && (
          <RowMenu
            label={`Actions for ${tool.name}`}
            items={[
              { label: 'Try', onChoose: () => onTry(tool.name) },
              { label: 'Change', onChoose: () => onEdit(tool) },
              {
                label: 'Delete',
                danger: true,
                onChoose: () =>
                  void remove(tool.name, (force) =>
                    ask(
                      api.DELETE('/tools/custom/{id}', {
                        params: { path: { id: tool.id }, ...(force && { query: { force } }) },
                      }),
                    ),
                  ),
              },
            ]}
          />
        ),
    },
  ];
  return <Table label="HTTP tools" columns={columns} rows={tools} keyOf={({ id }) => id} />;
}

interface McpServersProps {
  readonly servers: readonly McpServer[];
  readonly mayChange: boolean;
  readonly onEdit: (server: McpServer) => void;
}

export function McpServers({ servers, mayChange, onEdit }: McpServersProps) {
  const remove = useRemove();
  const attempt = useChange(['tools']);
  const refresh = ({ id, name }: McpServer) =>
    attempt({
      failed: `${name} could not be asked for its tools`,
      done: `The tools of ${name} are read again`,
      call: () => ask(api.POST('/tools/mcp/{id}/refresh', { params: { path: { id } } })),
    });
  const columns: Column<McpServer>[] = [
    {
      title: 'Server',
      cell: ({ name, url, error }) => (
        <div className="py-2">
          <div className="font-medium">{name}</div>
          <div className="text-sm break-all text-muted">{url}</div>
          {error !== null && <div className="text-sm text-danger">{error}</div>}
        </div>
      ),
    },
    { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Tools', figure: true, cell: ({ tools }) => tools.length },
    { title: 'Asked', wideOnly: true, cell: ({ checked_at }) => <Time at={checked_at} /> },
    {
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (server) =>
        mayChange && (
          <RowMenu
            label={`Actions for ${server.name}`}
            items={[
              { label: 'Read its tools again', onChoose: () => void refresh(server) },
              { label: 'Change', onChoose: () => onEdit(server) },
              {
                label: 'Delete',
                danger: true,
                onChoose: () =>
                  void remove(server.name, (force) =>
                    ask(
                      api.DELETE('/tools/mcp/{id}', {
                        params: { path: { id: server.id }, ...(force && { query: { force } }) },
                      }),
                    ),
                  ),
              },
            ]}
          />
        ),
    },
  ];
  return <Table label="MCP servers" columns={columns} rows={servers} keyOf={({ id }) => id} />;
}
