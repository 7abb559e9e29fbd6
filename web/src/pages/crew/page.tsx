import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, ask } from '../../api/api.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { CrewPage } from './crew-page.tsx';
import { crewQuery } from './crew-query.ts';

/** A crew, or with the id `new` one that is not saved yet. */
export function Page() {
  const { id = '' } = useParams({ strict: false });
  const isNew = id === 'new';
  const crew = useQuery({ ...crewQuery(id), enabled: !isNew });
  // Those that can be called come first.
  const models = useQuery({
    queryKey: ['models', { limit: 1 }],
    queryFn: () => ask(api.GET('/models', { params: { query: { limit: 1 } } })),
  });
  const failed = crew.isError ? crew : models.isError ? models : undefined;
  if (failed) {
    return (
      <PageFrame title="Crew">
        <ErrorPanel
          error={failed.error}
          title="The crew could not be loaded."
          onRetry={() => void failed.refetch()}
        />
      </PageFrame>
    );
  }
  if (!models.data || (!isNew && !crew.data)) {
    return (
      <PageFrame title="Crew" wide>
        <Loading />
      </PageFrame>
    );
  }
  return <CrewPage key={id} crew={isNew ? undefined : crew.data} model={models.data.models[0]?.id ?? ''} />;
}
