import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { confirm } from '../../ui/confirm.tsx';
import { toast } from '../../ui/toast.tsx';

export const KEYS_LIMIT = 25;

export function useKeys(page: number, enabled: boolean) {
  return useQuery({
    queryKey: ['keys', page],
    queryFn: () => ask(api.GET('/agent-keys', { params: { query: { page, limit: KEYS_LIMIT } } })),
    placeholderData: (before) => before,
    enabled,
  });
}

export type Key = NonNullable<ReturnType<typeof useKeys>['data']>['keys'][number];

export function statusOf(key: Key, now: number): 'active' | 'disabled' | 'expired' {
  if (key.expires_at !== null && Date.parse(key.expires_at) <= now) return 'expired';
  return key.disabled ? 'disabled' : 'active';
}

/** What is done to a key at once, from the list. */
export function useKeyActions() {
  const queries = useQueryClient();
  const reload = () => queries.invalidateQueries({ queryKey: ['keys'] });
  return {
    async setDisabled({ id, name }: Key, disabled: boolean): Promise<void> {
      try {
        await ask(api.PATCH('/agent-keys/{id}', { params: { path: { id } }, body: { disabled } }));
        toast.done(disabled ? `“${name}” is disabled` : `“${name}” works again`);
      } catch (error) {
        toast.failed('The key could not be changed', error);
      }
      await reload();
    },
    async revoke({ id, name }: Key): Promise<void> {
      const sure = await confirm({
        title: `Revoke “${name}”?`,
        body: 'It stops working at once and for good; calls that are under way with it end. To stop it for a while, disable it.',
        action: 'Revoke',
        danger: true,
      });
      if (!sure) return;
      try {
        await ask(api.DELETE('/agent-keys/{id}', { params: { path: { id } } }));
        toast.done(`“${name}” is revoked`);
      } catch (error) {
        toast.failed('The key could not be revoked', error);
      }
      await reload();
    },
  };
}
