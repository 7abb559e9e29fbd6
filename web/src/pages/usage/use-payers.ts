import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { askAll } from '../../api/ask-all.ts';
import { RARELY_CHANGED } from '../../api/rarely-changed.ts';
import { useMay, useMe } from '../../session/use-me.ts';
import { keyName } from './names.ts';
import type { LogRow } from './use-usage.ts';

/** Who paid for a line: a key by its name, a person by their address where one may see it. */
export function usePayers(rows: readonly LogRow[]): (row: LogRow) => string {
  const me = useMe();
  const maySee = useMay('admin');
  const hasOthers = rows.some(({ user_id }) => user_id !== null && user_id !== me.id);
  const people = useQuery({
    queryKey: ['people', 'names'],
    queryFn: () =>
      askAll(
        (query) => ask(api.GET('/users', { params: { query } })),
        (reply) => reply.users,
        ({ id }) => id,
      ),
    ...RARELY_CHANGED,
    enabled: maySee && hasOthers,
  });
  const emails = new Map([me, ...(people.data ?? [])].map(({ id, email }) => [id, email]));
  // A person who was removed has no address any more.
  return (row) => keyName(row, (row.user_id !== null && emails.get(row.user_id)) || 'a person');
}
