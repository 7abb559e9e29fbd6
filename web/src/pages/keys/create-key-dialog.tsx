import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import type { useNames } from '../../api/use-names.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useForm } from '../../ui/use-form.ts';
import { callingCode } from './calling-code.ts';
import { KeyFields, NEW_KEY, toKeyBody } from './key-fields.tsx';

interface CreateKeyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly names: ReturnType<typeof useNames>;
}

/** Two steps: what the key is to be, and the key itself, shown this once. */
export function CreateKeyDialog({ open, onClose, names }: CreateKeyDialogProps) {
  const [made, setMade] = useState<Made>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      wide={made !== undefined}
      title={made ? `Copy the key “${made.name}”` : 'Create a key'}
      description={
        made
          ? 'It is shown this once: the server keeps only its hash.'
          : 'Programs call agents and crews with it.'
      }
    >
      {made ? (
        <MadeKey made={made} names={names} onClose={close} />
      ) : (
        <CreateForm names={names} onMade={setMade} onCancel={close} />
      )}
    </Dialog>
  );
}

interface Made {
  readonly name: string;
  readonly key: string;
  readonly agent_ids: readonly string[] | null;
}

function CreateForm(props: {
  readonly names: ReturnType<typeof useNames>;
  readonly onMade: (made: Made) => void;
  readonly onCancel: () => void;
}) {
  const queries = useQueryClient();
  const form = useForm({
    initial: NEW_KEY,
    keep: 'new-key',
    send: (values) => ask(api.POST('/agent-keys', { body: toKeyBody(values) })),
    onSent: (made) => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      props.onMade(made);
    },
  });
  return (
    <DialogForm form={form} action="Create key" onCancel={props.onCancel}>
      <KeyFields form={form} names={props.names} />
    </DialogForm>
  );
}

function MadeKey(props: {
  readonly made: Made;
  readonly names: ReturnType<typeof useNames>;
  readonly onClose: () => void;
}) {
  const { made, names, onClose } = props;
  const [language, setLanguage] = useState('curl');
  const model = made.agent_ids?.[0] ?? names.agents[0]?.id ?? names.crews[0]?.id ?? 'agent_…';
  return (
    <div className="space-y-4">
      <CodeBlock code={made.key} label="Key" />
      <Tabs
        label="Language"
        value={language}
        onChange={setLanguage}
        tabs={callingCode(made.key, model).map(({ label, code }) => ({
          name: label,
          label,
          content: <CodeBlock code={code} label={`${label} code`} />,
        }))}
      />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </div>
  );
}
