import { useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';
import { RARELY_CHANGED } from './rarely-changed.ts';

/** All crews, to choose among. */
export function useCrews() {
  return useQuery({
    queryKey: ['crews', 'names'],
    queryFn: () =>
      askAll(
        (query) => ask(api.GET('/crews', { params: { query } })),
        ({ crews }) => crews,
        ({ id }) => id,
      ),
    ...RARELY_CHANGED,
  });
}
