import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { useForm } from '../../ui/use-form.ts';

/** A page of the web as a document: the server fetches it and says how that went in the list. */
export function AddAddress({ agentId, onAdded }: { readonly agentId: string; readonly onAdded: () => void }) {
  const form = useForm({
    initial: { url: '' },
    keep: `document-address.${agentId}`,
    send: (body) => ask(api.POST('/agents/{id}/documents', { params: { path: { id: agentId } }, body })),
    onSent: () => {
      form.reset({ url: '' });
      onAdded();
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-2">
      {form.error && <ErrorPanel error={form.error} />}
      <div className="flex items-end gap-2">
        <TextField
          label="Or the address of a page"
          type="url"
          required
          placeholder="https://example.com/returns"
          className="flex-1"
          {...form.input('url')}
        />
        <Button type="submit" busy={form.sending}>
          Add page
        </Button>
      </div>
    </form>
  );
}
