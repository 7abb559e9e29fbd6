import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { formatNumber } from './format.ts';
import { ScrollBox } from './scroll-box.tsx';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  readonly figure?: boolean;
  /** Left out where there is no room. */
  readonly wideOnly?: boolean;
  /** The title is for screen readers only. */
  readonly hideTitle?: boolean;
}

interface TableProps<Row> {
  /** What the table lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <ScrollBox label={label} className="overflow-x-auto rounded-xl border bg-panel">
      <table className="w-full border-collapse">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b text-left text-sm text-muted">
            {columns.map((column) => (
              <th key={column.title} scope="col" className={cellClass(column, 'h-9 font-medium')}>
                {column.hideTitle ? <span className="sr-only">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b last:border-b-0 hover:bg-hover/60">
              {columns.map((column) => (
                <td key={column.title} className={cellClass(column, 'h-11')}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function cellClass<Row>(column: Column<Row>, rest: string): string {
  return cx(
    'px-3 first:pl-4 last:pr-4',
    rest,
    column.figure && 'text-right tabular',
    column.wideOnly && 'hidden md:table-cell',
  );
}

interface PagesProps {
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

/** Which part of a list is shown, and the way to the others. Nothing where all is shown. */
export function Pages({ page, limit, total, onPage }: PagesProps) {
  const last = Math.max(1, Math.ceil(total / limit));
  if (last === 1 && page === 1) return null;
  const from = (page - 1) * limit + 1;
  return (
    <nav aria-label="Pages" className="mt-3 flex items-center justify-between gap-3">
      <p className="text-sm text-muted tabular">
        {formatNumber(from)}–{formatNumber(Math.min(page * limit, total))} of {formatNumber(total)}
      </p>
      <div className="flex gap-2">
        <Button size="small" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          <ChevronLeft aria-hidden="true" className="size-4" /> Previous
        </Button>
        <Button size="small" disabled={page >= last} onClick={() => onPage(page + 1)}>
          Next <ChevronRight aria-hidden="true" className="size-4" />
        </Button>
      </div>
    </nav>
  );
}
