import { Link } from '@tanstack/react-router';
import { CalendarClock, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { ifMatch } from '../../api/if-match.ts';
import { useMay } from '../../session/use-me.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { namesNow } from '../../ui/names-now.ts';
import { PageFrame } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { type Column, Pages, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useChange } from '../../ui/use-change.ts';
import { useSearchState } from '../../ui/use-search-state.ts';
import { describeCron } from './describe-cron.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { SCHEDULES_LIMIT, type Schedule, useSchedules } from './use-schedules.ts';

export function Page() {
  const { page, change } = useSearchState();
  const schedules = useSchedules(page);
  const [edited, setEdited] = useState<Schedule | 'new'>();
  const actions = useScheduleActions();
  const mayEdit = useMay('editor');
  const add = mayEdit && (
    <Button look="primary" onClick={() => setEdited('new')}>
      <Plus aria-hidden="true" className="size-4" /> New schedule
    </Button>
  );
  const crewOf = namesNow(
    (schedules.data?.schedules ?? []).map((each) => ({ id: each.crew_id, name: each.crew_name })),
  );
  const titleOf = ({ name, crew_id }: Schedule) => (name === '' ? crewOf(crew_id) : name);
  const columns: Column<Schedule>[] = [
    {
      title: 'Schedule',
      cell: (schedule) => (
        <div className="py-2">
          <div className="font-medium">{titleOf(schedule)}</div>
          {schedule.name !== '' && <div className="text-sm text-muted">{crewOf(schedule.crew_id)}</div>}
          {schedule.disabled_reason !== null && (
            <div className="text-sm text-warn">{schedule.disabled_reason}</div>
          )}
          {schedule.last_error !== null && (
            <div className="text-sm text-danger">{schedule.last_error.message}</div>
          )}
        </div>
      ),
    },
    {
      title: 'When',
      wideOnly: true,
      cell: ({ cron, timezone }) => (
        <>
          <div>{describeCron(cron) ?? <code className="font-mono text-xs">{cron}</code>}</div>
          <div className="text-sm text-muted">{timezone}</div>
        </>
      ),
    },
    { title: 'Status', cell: ({ enabled }) => <StatusBadge status={enabled ? 'active' : 'disabled'} /> },
    {
      title: 'Next',
      wideOnly: true,
      cell: ({ next_run_at }) =>
        next_run_at === null ? '—' : <span className="whitespace-nowrap">{formatDateTime(next_run_at)}</span>,
    },
    {
      title: 'Last',
      wideOnly: true,
      cell: ({ last_run_at, last_job_id }) =>
        last_job_id === null ? (
          <Time at={last_run_at} />
        ) : (
          <Link to={runPath(last_job_id)} className="text-accent hover:underline">
            <Time at={last_run_at} />
          </Link>
        ),
    },
  ];
  if (mayEdit) {
    columns.push({
      title: 'Actions',
      hideTitle: true,
      figure: true,
      cell: (schedule) => (
        <RowMenu
          label={`Actions for ${titleOf(schedule)}`}
          items={[
            { label: 'Run now', onChoose: () => void actions.run(schedule) },
            { label: 'Change', onChoose: () => setEdited(schedule) },
            {
              label: schedule.enabled ? 'Disable' : 'Enable',
              onChoose: () => void actions.setEnabled(schedule, !schedule.enabled),
            },
            { label: 'Delete', danger: true, onChoose: () => void actions.remove(schedule) },
          ]}
        />
      ),
    });
  }
  return (
    <PageFrame title="Schedules" lead="Crews that start by the clock." actions={add}>
      {schedules.isError && <ErrorPanel error={schedules.error} title="The schedules could not be loaded." />}
      {schedules.isPending && <Loading />}
      {schedules.data?.total === 0 && (
        <Empty icon={CalendarClock} title="No schedules yet" action={add}>
          Choose a crew, say when it starts and what it is told; its runs stand among the others.
        </Empty>
      )}
      {schedules.data && schedules.data.total > 0 && (
        <>
          <Table label="Schedules" columns={columns} rows={schedules.data.schedules} keyOf={({ id }) => id} />
          <Pages
            page={page}
            limit={SCHEDULES_LIMIT}
            total={schedules.data.total}
            onPage={(next) => change({ page: next })}
          />
        </>
      )}
      <ScheduleDialog edited={edited} onClose={() => setEdited(undefined)} />
    </PageFrame>
  );
}

function runPath(jobId: string): string {
  return `/runs/${jobId}`;
}

function useScheduleActions() {
  const attempt = useChange(['schedules']);
  return {
    run: ({ id }: Schedule) =>
      attempt({
        failed: 'The crew could not be started',
        done: 'The crew is started',
        call: () => ask(api.POST('/schedules/{id}/run', { params: { path: { id } } })),
      }),
    setEnabled: (schedule: Schedule, enabled: boolean) =>
      attempt({
        failed: 'The schedule could not be changed',
        done: enabled ? 'The schedule is enabled' : 'The schedule is disabled',
        call: () =>
          ask(
            api.PATCH('/schedules/{id}', {
              params: { path: { id: schedule.id } },
              body: { enabled },
              headers: ifMatch(schedule),
            }),
          ),
      }),
    async remove(schedule: Schedule) {
      const sure = await confirm({
        title: 'Delete this schedule?',
        body: 'Runs that it has started stay.',
        action: 'Delete',
        danger: true,
      });
      if (!sure) return;
      await attempt({
        failed: 'The schedule could not be deleted',
        done: 'The schedule is deleted',
        call: () =>
          ask(
            api.DELETE('/schedules/{id}', {
              params: { path: { id: schedule.id } },
              headers: ifMatch(schedule),
            }),
          ),
      });
    },
  };
}
