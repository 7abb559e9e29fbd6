import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../session/use-me.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { wayToSetUp } from '../../ui/tool-hint.ts';
import { CustomToolDialog } from './custom-tool-dialog.tsx';
import { McpDialog } from './mcp-dialog.tsx';
import { CustomTools, McpServers } from './own-tools.tsx';
import { TryDialog } from './try-dialog.tsx';
import { type CustomTool, type McpServer, type Tool, useTools } from './use-tools.ts';

export function Page() {
  const { tools, custom, servers } = useTools();
  const mayChange = useMay('editor');
  const [editedTool, setEditedTool] = useState<CustomTool | 'new'>();
  const [editedServer, setEditedServer] = useState<McpServer | 'new'>();
  const [tried, setTried] = useState<Tool>();
  const [nameToTry, setNameToTry] = useState<string>();
  // One that was just added opens as soon as it is among the tools; open, it stays when it is there no more.
  const toTry = tools.data?.find(({ name }) => name === nameToTry);
  if (toTry) {
    setTried(toTry);
    setNameToTry(undefined);
  }
  const failed = [tools, custom, servers].find(({ isError }) => isError);
  const given = (tools.data ?? []).filter(({ category }) => category !== 'custom');
  return (
    <PageFrame title="Tools" lead="What agents can do beside answering. Give them to an agent in its editor.">
      {failed && <ErrorPanel error={failed.error} title="The tools could not be loaded." />}
      {!tools.data && !failed && <Loading />}
      <div className="space-y-8">
        <Section
          title="HTTP tools"
          action={
            mayChange && (
              <Button onClick={() => setEditedTool('new')}>
                <Plus aria-hidden="true" className="size-4" /> Add HTTP tool
              </Button>
            )
          }
        >
          {custom.data?.length === 0 && (
            <p className="text-muted">
              None yet. Let agents look up an order or open a ticket: give the address of your own service,
              say what it does, and try it here.
            </p>
          )}
          {custom.data && custom.data.length > 0 && (
            <CustomTools
              tools={custom.data}
              mayChange={mayChange}
              onEdit={setEditedTool}
              onTry={setNameToTry}
            />
          )}
        </Section>
        <Section
          title="MCP servers"
          action={
            mayChange && (
              <Button onClick={() => setEditedServer('new')}>
                <Plus aria-hidden="true" className="size-4" /> Add MCP server
              </Button>
            )
          }
        >
          {servers.data?.length === 0 && (
            <p className="text-muted">
              None yet. Many services offer their tools by the Model Context Protocol: add the address, and
              they are all here.
            </p>
          )}
          {servers.data && servers.data.length > 0 && (
            <McpServers servers={servers.data} mayChange={mayChange} onEdit={setEditedServer} />
          )}
        </Section>
        <Section title="Built in, and from MCP servers">
          <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2">
            {given.map((tool) => (
              <li key={tool.name} className="flex items-start gap-3 rounded-xl border bg-panel px-4 py-3">
                <div className="min-w-0 flex-1">
                  <div className="flex flex-wrap items-center gap-2">
                    <span className="font-medium break-all">{tool.name}</span>
                    <Badge>{tool.category}</Badge>
                    {tool.needs !== null && <Badge tone="warn">not set up</Badge>}
                  </div>
                  {tool.needs !== null && <p className="mt-0.5 text-sm">{wayToSetUp(tool.needs)}</p>}
                  <p className="mt-0.5 line-clamp-3 text-sm text-muted">{tool.description}</p>
                </div>
                {mayChange && (
                  <Button size="small" aria-label={`Try ${tool.name}`} onClick={() => setTried(tool)}>
                    Try
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Section>
      </div>
      <CustomToolDialog edited={editedTool} onClose={() => setEditedTool(undefined)} />
      <McpDialog edited={editedServer} onClose={() => setEditedServer(undefined)} />
      <TryDialog tool={tried} onClose={() => setTried(undefined)} />
    </PageFrame>
  );
}

function Section(props: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section>
      <div className="mb-3 flex min-h-8.5 flex-wrap items-center justify-between gap-2">
        <h2 className="text-base font-semibold">{props.title}</h2>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}
