import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { useMe } from '../../session/use-me.ts';

interface Saved {
  readonly created_by: string | null;
  readonly created_by_name: string | null;
}

/** What to call who saved a version; undefined: nobody did. */
export function useAuthorOf(): (saved: Saved) => string | undefined {
  const me = useMe();
  return ({ created_by, created_by_name }) => {
    if (created_by === null) return undefined;
    if (created_by === me.id) return 'you';
    return created_by_name ?? 'somebody who was removed';
  };
}

/** Who saved a version of an agent, where that is known. */
export function useAuthor(agentId: string, version: number): string | undefined {
  const authorOf = useAuthorOf();
  const saved = useQuery({
    queryKey: ['agents', agentId, 'version', version],
    queryFn: () =>
      ask(api.GET('/agents/{id}/versions/{version}', { params: { path: { id: agentId, version } } })),
  });
  return saved.data && authorOf(saved.data);
}
