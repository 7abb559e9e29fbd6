import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { StatusBadge } from '../../ui/badge.tsx';
import { formatDuration, formatNumber, formatUsdShort } from '../../ui/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { PART, type RunFilters, type RunRow, runsQuery } from './runs-query.ts';

const ROW_PX = 56;
const WIDE = 'hidden md:table-cell';

/** A list of any length: only what is seen is in the page, and only that is asked for. */
export function RunList({ filters, total }: { readonly filters: RunFilters; readonly total: number }) {
  const box = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const shown = virtualizer.getVirtualItems();
  const pages = [...new Set(shown.map(({ index }) => Math.floor(index / PART) + 1))];
  const parts = useQueries({ queries: pages.map((page) => runsQuery(filters, page)) });
  const byPage = new Map(pages.map((page, place) => [page, parts[place]?.data?.executions]));
  const rowAt = (index: number) => byPage.get(Math.floor(index / PART) + 1)?.[index % PART];
  const above = shown[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <>
      <section
        ref={box}
        aria-label="Runs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        className="relative max-h-[calc(100dvh-19rem)] overflow-auto rounded-xl border bg-panel"
      >
        <table aria-rowcount={total + 1} className="w-full table-fixed border-separate border-spacing-0">
          <caption className="sr-only">Runs</caption>
          <thead className="sticky top-0 z-10 bg-panel text-left text-sm text-muted">
            <tr aria-rowindex={1}>
              <th scope="col" className="h-9 border-b pl-4 font-medium">
                Crew
              </th>
              <th scope="col" className="w-38 border-b px-3 font-medium">
                Status
              </th>
              <th scope="col" className={`w-34 border-b px-3 font-medium ${WIDE}`}>
                Started
              </th>
              <th scope="col" className={`w-26 border-b px-3 text-right font-medium ${WIDE}`}>
                Took
              </th>
              <th scope="col" className={`w-26 border-b pr-4 text-right font-medium ${WIDE}`}>
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            <Space height={above} />
            {shown.map(({ index }) => (
              <tr
                key={index}
                aria-rowindex={index + 2}
                className="hover:bg-hover/60"
                style={{ height: ROW_PX }}
              >
                <Cells run={rowAt(index)} />
              </tr>
            ))}
            <Space height={below} />
          </tbody>
        </table>
      </section>
      <p className="mt-2 text-sm text-muted tabular">
        {formatNumber(total)} {total === 1 ? 'run' : 'runs'}
      </p>
    </>
  );
}

/** Stands for the rows that are not in the page. */
function Space({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row that only takes up room cannot be focused
    <tr aria-hidden="true">
      <td colSpan={5} style={{ height }} />
    </tr>
  );
}

/** What the run was given, in a line. */
function inputsOf({ inputs }: RunRow): string {
  return Object.values(inputs)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ');
}

function Cells({ run }: { readonly run: RunRow | undefined }) {
  if (!run) {
    return (
      <td colSpan={5} className="border-b px-4">
        <Skeleton className="h-4 w-40" />
        <span className="sr-only">Loading…</span>
      </td>
    );
  }
  const { job_id: id, status, usage, started_at: start, finished_at: end } = run;
  const took = start && end ? formatDuration(Date.parse(end) - Date.parse(start)) : '';
  const note = run.error?.message ?? run.current_task ?? inputsOf(run);
  return (
    <>
      <td className="border-b py-1 pl-4">
        <Link to="/runs/$id" params={{ id }} className="block truncate font-medium hover:underline">
          {run.crew_name}
        </Link>
        <p className="truncate text-sm text-muted">
          <span className="md:hidden">
            <Time at={run.created_at} />
            {note === '' ? '' : ' · '}
          </span>
          {note}
        </p>
      </td>
      <td className="border-b px-3">
        <StatusBadge status={status} />
        {status === 'running' && <span className="ml-1.5 text-xs text-muted tabular">{run.progress}%</span>}
      </td>
      <td className={`border-b px-3 ${WIDE}`}>
        <Time at={run.created_at} />
      </td>
      <td className={`border-b px-3 text-right tabular ${WIDE}`}>{took}</td>
      <td className={`border-b pr-4 text-right tabular ${WIDE}`}>
        {usage.cost_usd > 0 ? formatUsdShort(usage.cost_usd) : ''}
      </td>
    </>
  );
}
