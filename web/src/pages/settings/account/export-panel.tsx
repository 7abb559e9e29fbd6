import { Download } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../../session/use-me.ts';
import { Button } from '../../../ui/button.tsx';
import { download } from '../../../ui/download.ts';
import { Panel } from '../../../ui/page.tsx';
import { toast } from '../../../ui/toast.tsx';

export function ExportPanel() {
  const { account } = useMe();
  const [saving, setSaving] = useState(false);

  const save = () => {
    const day = new Date().toISOString().slice(0, 10);
    setSaving(true);
    download('/account/export', 'application/gzip', `${account.id}-${day}.tar.gz`)
      .catch((error: unknown) => toast.failed('The account could not be exported', error))
      .finally(() => setSaving(false));
  };
  return (
    <Panel
      title="Export the account"
      lead={`Everything that ${account.name} has in one file: agents, documents, conversations, usage and the rest. No passwords or keys are in it.`}
    >
      <Button busy={saving} onClick={save}>
        {!saving && <Download aria-hidden="true" className="size-4" />} Export
      </Button>
    </Panel>
  );
}
