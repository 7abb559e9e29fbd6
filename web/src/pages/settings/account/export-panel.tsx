import { Download } from 'lucide-react';
import { useMe } from '../../../session/use-me.ts';
import { buttonClass } from '../../../ui/button.tsx';
import { Panel } from '../../../ui/page.tsx';

export function ExportPanel() {
  const { account } = useMe();
  return (
    <Panel
      title="Export the account"
      lead={`Everything that ${account.name} has in one file: agents, documents, conversations, usage and the rest. No passwords or keys are in it.`}
    >
      {/* The browser itself saves it as it comes, however large it is. */}
      <a href="/api/v1/account/export" download className={buttonClass()}>
        <Download aria-hidden="true" className="size-4" /> Export
      </a>
    </Panel>
  );
}
