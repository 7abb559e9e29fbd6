import { useParams } from '@tanstack/react-router';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { RunPage } from './run-page.tsx';
import { useRun } from './use-run.ts';

/** A run, while it goes on and afterwards. */
export function Page() {
  const { id = '' } = useParams({ strict: false });
  return <LoadedRun key={id} id={id} />;
}

function LoadedRun({ id }: { readonly id: string }) {
  const { run, now, isCutOff } = useRun(id);
  if (run.data) return <RunPage run={run.data} now={now} isCutOff={isCutOff} />;
  return (
    <PageFrame title="Run" wide>
      {run.isError ? (
        <ErrorPanel
          error={run.error}
          title="The run could not be loaded."
          onRetry={() => void run.refetch()}
        />
      ) : (
        <Loading />
      )}
    </PageFrame>
  );
}
