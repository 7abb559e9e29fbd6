import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { confirm } from '../../ui/confirm.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { toast } from '../../ui/toast.tsx';
import type { CrewReply } from './draft.ts';

interface MoreMenuProps {
  readonly crew: CrewReply;
  readonly mayEdit: boolean;
  readonly onExport: () => void;
}

/** What is done with a crew now and then. */
export function MoreMenu({ crew, mayEdit, onExport }: MoreMenuProps) {
  const navigate = useNavigate();
  const remove = useRemove(crew);
  return (
    <RowMenu
      label="More actions"
      items={[
        { label: 'Runs of it', onChoose: () => void navigate({ to: '/runs', search: runsOf(crew.id) }) },
        { label: 'Export', onChoose: onExport },
        ...(mayEdit ? [{ label: 'Delete crew', danger: true, onChoose: () => void remove() }] : []),
      ]}
    />
  );
}

const runsOf = (crew: string): Record<string, string> => ({ crew });

function useRemove(crew: CrewReply) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = async (force: boolean) => {
    await ask(api.DELETE('/crews/{id}', { params: { path: { id: crew.id }, query: { force } } }));
    toast.done('Crew deleted');
    void queryClient.invalidateQueries({ queryKey: ['crews'] });
    void queryClient.invalidateQueries({ queryKey: ['agents'] });
    await navigate({ to: '/crews' });
  };
  return async () => {
    const body = 'Its agents and its past runs stay.';
    if (!(await confirm({ title: `Delete ${crew.name}?`, body, action: 'Delete', danger: true }))) return;
    try {
      await remove(false).catch(async (error: unknown) => {
        if (toApiError(error).status !== 409) throw error;
        const isForced = await confirm({
          title: 'A run of it is still going on',
          body: 'Deleting the crew stops it. What it has made so far is kept.',
          action: 'Stop and delete',
          danger: true,
        });
        if (isForced) await remove(true);
      });
    } catch (error) {
      toast.failed('The crew was not deleted', error);
    }
  };
}
