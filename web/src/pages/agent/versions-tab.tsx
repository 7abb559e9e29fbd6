import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Agent, agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Pages } from '../../ui/table.tsx';
import { TextDiff } from '../../ui/text-diff.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { type AgentDraft, FIELD_NAMES, toDraft } from './agent-draft.ts';
import { textOf } from './text-of.ts';
import { useAuthorOf } from './use-author.ts';

const LIMIT = 20;

/** Every save: what it changed against now, and the way back to it. */
export function VersionsTab({ agent, mayRestore }: { readonly agent: Agent; readonly mayRestore: boolean }) {
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<number>();
  const authorOf = useAuthorOf();
  const versions = useQuery({
    queryKey: ['agents', agent.id, 'versions', agent.version, page],
    queryFn: () =>
      ask(
        api.GET('/agents/{id}/versions', {
          params: { path: { id: agent.id }, query: { page, limit: LIMIT } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  if (versions.isError) return <ErrorPanel error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Loading />;
  const { versions: shown, total } = versions.data;
  const older = shown.find(({ version }) => version === (chosen ?? agent.version - 1));
  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <div>
        <ul aria-label="Versions" className="divide-y overflow-hidden rounded-xl border bg-panel">
          {shown.map(({ version, created_at, ...saved }) => (
            <li key={version}>
              <button
                type="button"
                aria-pressed={older?.version === version}
                onClick={() => setChosen(version)}
                className={cx(
                  'flex w-full items-center justify-between gap-3 px-4 py-2.5 text-left hover:bg-hover',
                  older?.version === version && 'bg-hover',
                )}
              >
                <span className="min-w-0">
                  <span className="block font-medium">Version {version}</span>
                  <span className="block truncate text-sm text-muted">{authorOf(saved)}</span>
                </span>
                <span className="flex items-center gap-2 text-sm text-muted">
                  {version === agent.version && <Badge tone="ok">now</Badge>}
                  <Time at={created_at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
        <Pages page={page} limit={LIMIT} total={total} onPage={setPage} />
      </div>
      {older && older.version !== agent.version ? (
        <Comparison agent={agent} older={older} mayRestore={mayRestore} />
      ) : (
        <p className="text-muted">
          {total === 1
            ? 'This is the first version. Each save makes another one, and you can go back to any of them.'
            : 'Choose a version to compare it with what the agent is now.'}
        </p>
      )}
    </div>
  );
}

type Version = Parameters<typeof toDraft>[0] & Pick<Agent, 'version'>;

function Comparison(props: { readonly agent: Agent; readonly older: Version; readonly mayRestore: boolean }) {
  const { agent, older, mayRestore } = props;
  const queries = useQueryClient();
  const [then, now] = [toDraft(older), toDraft(agent)];
  const fields = (Object.keys(now) as (keyof AgentDraft)[]).filter(
    (field) => textOf(then[field]) !== textOf(now[field]),
  );
  const restore = async () => {
    const yes = await confirm({
      title: `Go back to version ${older.version}?`,
      body: `It is saved again as version ${agent.version + 1}; nothing is lost.`,
      action: 'Restore',
    });
    if (!yes) return;
    try {
      const saved = await ask(
        api.POST('/agents/{id}/versions/{version}/restore', {
          params: { path: { id: agent.id, version: older.version } },
          headers: { 'if-match': `"${agent.version}"` },
        }),
      );
      queries.setQueryData(agentQuery(agent.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['agents'] });
      toast.done(`Version ${older.version} is back, as version ${saved.version}`);
    } catch (error) {
      toast.failed('Not restored', error);
    }
  };
  return (
    <div className="min-w-0 space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-semibold">
          From version {older.version} to version {agent.version}
        </h2>
        {mayRestore && <Button onClick={() => void restore()}>Restore version {older.version}</Button>}
      </div>
      {fields.length === 0 && <p className="text-muted">They are equal in everything that is edited here.</p>}
      {fields.map((field) => (
        <section key={field}>
          <h3 className="mb-1 font-medium">{FIELD_NAMES[field]}</h3>
          <TextDiff
            label={`Change of ${FIELD_NAMES[field]}`}
            before={textOf(then[field])}
            after={textOf(now[field])}
          />
        </section>
      ))}
    </div>
  );
}
