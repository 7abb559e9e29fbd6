import { Download } from 'lucide-react';
import { useState } from 'react';
import { useNames } from '../../api/use-names.ts';
import { useMay, useMe } from '../../session/use-me.ts';
import { Button } from '../../ui/button.tsx';
import { download } from '../../ui/download.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatNumber, formatUsd, formatUsdShort } from '../../ui/format.ts';
import { PageFrame } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { toast } from '../../ui/toast.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { AddCreditDialog } from './add-credit-dialog.tsx';
import { CapsPanel } from './caps-panel.tsx';
import { Filters } from './filters.tsx';
import { Parts } from './parts.tsx';
import { UsageLog } from './usage-log.tsx';
import { toFilter, useBalance, useSummary } from './use-usage.ts';

export function Page() {
  const { search, page, change } = useSearchState();
  const names = useNames();
  const balance = useBalance();
  const summary = useSummary(search);
  const [adding, setAdding] = useState(false);
  // The credit of other accounts is the operator's to give.
  const { is_operator } = useMe();
  const mayAdd = useMay('owner') && is_operator;

  const saveCsv = () =>
    download(`/usage?${new URLSearchParams(toFilter(search))}`, 'text/csv', 'usage.csv').catch(
      (error: unknown) => toast.failed('The file could not be made', error),
    );
  return (
    <PageFrame
      title="Usage"
      lead="What agents and crews have spent; the log has it to the last digit."
      actions={
        <>
          <Button onClick={saveCsv}>
            <Download aria-hidden="true" className="size-4" /> CSV
          </Button>
          {mayAdd && (
            <Button look="primary" onClick={() => setAdding(true)}>
              Add credit
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-5">
        {balance.isError && <ErrorPanel error={balance.error} title="The balance could not be loaded." />}
        <Stats>
          <Stat label="Balance" value={balance.data ? formatUsdShort(balance.data.balance_usd) : <Wait />} />
          <Stat
            label="Held"
            value={balance.data ? formatUsdShort(balance.data.held_usd) : <Wait />}
            note="for calls under way"
          />
          <Stat
            label="Spent"
            value={summary.data ? formatUsd(summary.data.totals.cost_usd) : <Wait />}
            note="in the period below"
          />
          <Stat
            label="Calls"
            value={summary.data ? formatNumber(summary.data.totals.runs) : <Wait />}
            note={
              summary.data &&
              `${formatNumber(summary.data.totals.input_tokens + summary.data.totals.output_tokens)} tokens`
            }
          />
        </Stats>
        <Filters
          search={search}
          change={change}
          names={names}
          models={(summary.data?.by_model ?? []).map(({ model }) => model)}
        />
        {summary.isError && <ErrorPanel error={summary.error} title="The figures could not be loaded." />}
        {summary.data && summary.data.totals.runs > 0 && <Parts summary={summary.data} search={search} />}
        <CapsPanel />
        <section>
          <h2 className="mb-3 font-semibold">Log</h2>
          <UsageLog search={search} page={page} onPage={(next) => change({ page: next })} />
        </section>
      </div>
      <AddCreditDialog open={adding} onClose={() => setAdding(false)} />
    </PageFrame>
  );
}

function Wait() {
  return <Skeleton className="my-1 h-5 w-20" />;
}
