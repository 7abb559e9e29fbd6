import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleStop, RotateCcw, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { useMay } from '../../session/use-me.ts';
import { Badge, StatusBadge } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { FailurePanel } from './failure-panel.tsx';
import { Figures } from './figures.tsx';
import { InputsPanel } from './inputs-panel.tsx';
import { RerunDialog } from './rerun-dialog.tsx';
import type { RunNow } from './run-log.ts';
import { RunPicture } from './run-picture.tsx';
import { TaskPanel } from './task-panel.tsx';
import { isOpen, type TaskView, viewTasks } from './task-view.ts';
import { Timeline } from './timeline.tsx';
import type { Run } from './use-run.ts';
import { WaitingPanel } from './waiting-panel.tsx';

interface RunPageProps {
  readonly run: Run;
  readonly now: RunNow;
  readonly isCutOff: boolean;
}

export function RunPage({ run, now, isCutOff }: RunPageProps) {
  const mayEdit = useMay('editor');
  const [chosen, setChosen] = useState<string>();
  const [rerunFrom, setRerunFrom] = useState<string>();
  const isGoing = isOpen(run.status);
  // Events come before the run is read again.
  const status = isGoing ? (now.status ?? run.status) : run.status;
  const tasks = viewTasks(run, now);
  const shown = tasks.find(({ id }) => id === chosen) ?? mostTelling(tasks);
  const failed = tasks.find((view) => view.status === 'failed');
  const others = now.traces.filter(
    ({ taskId, action }) => !OF_THE_CREW.has(action) && !tasks.some(({ id }) => id === taskId),
  );
  return (
    <PageFrame
      wide
      title={run.crew_name === '' ? 'Run' : `Run of ${run.crew_name}`}
      lead={
        <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
          <StatusBadge status={status} />
          {isCutOff && <Badge tone="warn">connecting again…</Badge>}
          <span>
            started <Time at={run.created_at} />
          </span>
          {run.rerun_of !== null && (
            <span>
              as a rerun of{' '}
              <Link to="/runs/$id" params={{ id: run.rerun_of }} className="text-accent underline">
                this run
              </Link>
            </span>
          )}
        </span>
      }
      actions={
        <>
          <Link to="/crews/$id" params={{ id: run.crew_id }} className={buttonClass('quiet')}>
            <UsersRound aria-hidden="true" className="size-4" /> Crew
          </Link>
          {mayEdit && isGoing && <StopButton run={run} />}
          {mayEdit && !isGoing && (
            <Button look="primary" onClick={() => setRerunFrom('')}>
              <RotateCcw aria-hidden="true" className="size-4" /> Run again
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-4">
        {status === 'waiting_for_input' && (
          <WaitingPanel run={run} seen={tasks.map((view) => view.status).join()} />
        )}
        <FailurePanel
          run={run}
          failed={failed}
          {...(mayEdit && failed && { onRerun: () => setRerunFrom(failed.id) })}
        />
        <Figures run={run} progress={Math.max(run.progress, now.progress ?? 0)} />
        <RunPicture tasks={tasks} selected={shown?.id} onSelect={setChosen} />
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <Timeline run={run} tasks={tasks} others={others} selected={shown?.id} onSelect={setChosen} />
          <div className="min-w-0 space-y-4">
            {shown && (
              <TaskPanel run={run} view={shown} {...(mayEdit && { onRerun: () => setRerunFrom(shown.id) })} />
            )}
            <InputsPanel inputs={run.inputs} />
          </div>
        </div>
      </div>
      {rerunFrom !== undefined && (
        <RerunDialog run={run} fromTask={rerunFrom} onClose={() => setRerunFrom(undefined)} />
      )}
    </PageFrame>
  );
}

/** Told by the run's own state. */
const OF_THE_CREW: ReadonlySet<string> = new Set(['crew_started', 'crew_completed']);

/** What one most likely wants to see: who is at work, what went wrong, else the last output. */
function mostTelling(tasks: readonly TaskView[]): TaskView | undefined {
  const by = (status: string) => tasks.find((view) => view.status === status);
  return (
    by('waiting_for_input') ??
    by('running') ??
    by('failed') ??
    tasks.findLast((view) => view.status === 'completed') ??
    tasks[0]
  );
}

function StopButton({ run }: { readonly run: Run }) {
  const queryClient = useQueryClient();
  const [isStopping, setStopping] = useState(false);
  const stop = async () => {
    const yes = await confirm({
      title: 'Stop this run?',
      body: 'No later step begins. What it has made so far stays, and you can run it again from any task.',
      action: 'Stop',
      danger: true,
    });
    if (!yes) return;
    setStopping(true);
    try {
      await ask(api.POST('/executions/{id}/stop', { params: { path: { id: run.job_id } } }));
      await queryClient.invalidateQueries({ queryKey: ['runs'] });
    } catch (error) {
      toast.failed('The run was not stopped', error);
    } finally {
      setStopping(false);
    }
  };
  return (
    <Button look="danger" busy={isStopping} onClick={() => void stop()}>
      <CircleStop aria-hidden="true" className="size-4" /> Stop
    </Button>
  );
}
