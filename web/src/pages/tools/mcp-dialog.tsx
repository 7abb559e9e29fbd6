import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { changedOf } from '../../ui/changed-of.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { TextField } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { useForm } from '../../ui/use-form.ts';
import { AuthFields, emptyAuth, SECRET_FIELDS, toAuth, toChangedAuth } from './auth-fields.tsx';
import type { McpServer } from './use-tools.ts';

interface McpDialogProps {
  readonly edited: McpServer | 'new' | undefined;
  readonly onClose: () => void;
}

export function McpDialog({ edited, onClose }: McpDialogProps) {
  const server = edited === 'new' ? undefined : edited;
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title={server ? `Change ${server.name}` : 'Add an MCP server'}
      description="Its tools become tools of this account, named name__tool."
    >
      {edited && <McpForm key={server?.id ?? 'new'} server={server} onClose={onClose} />}
    </Dialog>
  );
}

interface McpFormProps {
  readonly server: McpServer | undefined;
  readonly onClose: () => void;
}

function McpForm({ server, onClose }: McpFormProps) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: server?.name ?? '', url: server?.url ?? '', ...emptyAuth(server?.auth_type) },
    keep: `mcp.${server?.id ?? 'new'}`,
    secrets: SECRET_FIELDS,
    send: async (values, start) => {
      const { name, url } = values;
      if (!server) return ask(api.POST('/tools/mcp', { body: { name, url, ...toAuth(values) } }));
      const body = { ...changedOf({ url }, { url: start.url }), ...toChangedAuth(values, start) };
      return ask(api.PATCH('/tools/mcp/{id}', { params: { path: { id: server.id } }, body }));
    },
    onSent: ({ name, tools }) => {
      void queries.invalidateQueries({ queryKey: ['tools'] });
      toast.done(server ? `${name} is changed` : `${name} is added`, `It has ${tools.length} tools.`);
      onClose();
    },
  });
  return (
    <DialogForm form={form} action={server ? 'Save' : 'Add server'} onCancel={onClose}>
      {!server && <TextField label="Name" required autoFocus {...form.input('name')} />}
      <TextField
        label="Address"
        type="url"
        required
        placeholder="https://mcp.example.com/mcp"
        hint="A private address needs the operator’s leave."
        {...form.input('url')}
      />
      <AuthFields values={form.values} set={form.set} hasAuth={server?.has_auth ?? false} />
    </DialogForm>
  );
}
