import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Brain, Eraser } from 'lucide-react';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { Button } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';

type Kind = 'short_term' | 'long_term' | 'all';

const WORDS: Readonly<Record<Kind, string>> = {
  short_term: 'what recent runs did',
  long_term: 'what it has learned',
  all: 'everything',
};

/** What a crew takes from run to run, and the way to make it forget. */
export function MemoryTab({ crewId, isOn }: { readonly crewId: string; readonly isOn: boolean }) {
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const memory = useQuery({
    queryKey: ['memory', crewId],
    queryFn: () => ask(api.GET('/memory/{crew_id}', { params: { path: { crew_id: crewId } } })),
  });
  const clear = async (type: Kind) => {
    const yes = await confirm({
      title: `Forget ${WORDS[type]}?`,
      body: 'It is gone for good. No run that starts from now on is told of it; past runs stay as they are.',
      action: 'Forget',
      danger: true,
    });
    if (!yes) return;
    try {
      await ask(
        api.POST('/memory/{crew_id}/clear', { params: { path: { crew_id: crewId } }, body: { type } }),
      );
      toast.done('Forgotten');
      await queryClient.invalidateQueries({ queryKey: ['memory', crewId] });
    } catch (error) {
      toast.failed('Nothing was forgotten', error);
    }
  };
  const forget = (type: Kind, label: string) =>
    mayEdit && (
      <Button size="small" look="danger" onClick={() => void clear(type)}>
        <Eraser aria-hidden="true" className="size-4" /> {label}
      </Button>
    );

  if (memory.isPending) return <Loading />;
  if (memory.isError) {
    return (
      <ErrorPanel
        error={memory.error}
        title="The memory could not be loaded."
        onRetry={() => void memory.refetch()}
      />
    );
  }
  const { short_term: recent, long_term: learned } = memory.data;
  if (recent.length === 0 && learned.length === 0) {
    return (
      <Empty icon={Brain} title="Nothing to remember yet">
        {isOn
          ? 'After a run the crew notes what it has learned and what its tasks made. Later runs recall what fits.'
          : 'Memory is switched off for this crew. Tick “Remembers” in its form to switch it on.'}
      </Empty>
    );
  }
  return (
    <div className="space-y-5">
      {!isOn && <p className="text-muted">Memory is switched off: nothing of this is used at present.</p>}
      <div className="flex justify-end">{forget('all', 'Forget everything')}</div>
      <Panel title="Learned" lead="Insights of past runs; those that fit are given to later tasks.">
        {learned.length === 0 && <p className="text-muted">Nothing yet.</p>}
        <div className="space-y-4">
          {learned.map(({ category, insights, sources }) => (
            <section key={category} aria-label={category}>
              <h3 className="mb-1 text-sm font-medium text-muted">{category}</h3>
              <ul className="space-y-2">
                {insights.map((insight, index) => (
                  <li key={`${sources[index]?.job_id} ${insight}`} className="rounded-md border px-3 py-2">
                    <p>{insight}</p>
                    <Source {...sources[index]} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
        {learned.length > 0 && <div className="mt-4">{forget('long_term', 'Forget what was learned')}</div>}
      </Panel>
      <Panel title="Recent" lead="What the tasks of the last runs made, in short.">
        {recent.length === 0 && <p className="text-muted">Nothing yet.</p>}
        <ul className="space-y-2">
          {recent.map(({ content, ...source }) => (
            <li key={`${source.job_id} ${content}`} className="rounded-md border px-3 py-2">
              <p className="break-words whitespace-pre-line">{content}</p>
              <Source {...source} />
            </li>
          ))}
        </ul>
        {recent.length > 0 && <div className="mt-4">{forget('short_term', 'Forget what is recent')}</div>}
      </Panel>
    </div>
  );
}

interface SourceProps {
  readonly job_id?: string;
  readonly timestamp?: string;
  readonly user?: string;
}

/** Where a memory comes from. */
function Source({ job_id: jobId, timestamp, user }: SourceProps) {
  if (jobId === undefined) return null;
  return (
    <p className="mt-1 text-sm text-muted">
      <Time at={timestamp} /> in{' '}
      <Link to="/runs/$id" params={{ id: jobId }} className="text-accent underline">
        this run
      </Link>
      {user !== undefined && user !== '' && `, only for ${user}`}
    </p>
  );
}
