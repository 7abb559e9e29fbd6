import { RefreshCw, RotateCw, Trash2 } from 'lucide-react';
import { api, ask } from '../../api/api.ts';
import { IconButton } from '../../ui/button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { toast } from '../../ui/toast.tsx';

interface Props {
  readonly agentId: string;
  readonly document: {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly reindexing: boolean;
  };
  readonly onChanged: () => void;
}

/** What can be done with one document of the list. */
export function DocumentActions({ agentId, document, onChanged }: Props) {
  const { id, name, status, reindexing } = document;
  const path = { params: { path: { id: agentId, document_id: id } } };
  const doing = (change: Promise<unknown>, trouble: string) =>
    void change.then(onChanged, (error: unknown) => toast.failed(`${name} ${trouble}`, error));
  const remove = async () => {
    const body =
      'The agent does not find it any more. Answers that cite it keep their words, but the link leads nowhere.';
    if (!(await confirm({ title: `Delete ${name}?`, body, action: 'Delete document', danger: true }))) return;
    doing(ask(api.DELETE('/agents/{id}/documents/{document_id}', path)), 'was not deleted');
  };
  const retry = () =>
    doing(ask(api.POST('/agents/{id}/documents/{document_id}/retry', path)), 'was not taken up again');
  const reindex = () =>
    doing(ask(api.POST('/agents/{id}/documents/{document_id}/reindex', path)), 'is not read again');
  return (
    <span className="flex justify-end">
      {status === 'failed' && (
        <IconButton label={`Try ${name} again`} onClick={retry}>
          <RotateCw aria-hidden="true" />
        </IconButton>
      )}
      {status === 'ready' && !reindexing && (
        <IconButton label={`Read ${name} again`} onClick={reindex}>
          <RefreshCw aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={`Delete ${name}`} onClick={() => void remove()}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </span>
  );
}
