import { api, ask } from '../../../api/api.ts';
import { sandbox } from '../../../api/sandbox.ts';
import { useMay, useMe } from '../../../session/use-me.ts';
import { Button } from '../../../ui/button.tsx';
import { confirm } from '../../../ui/confirm.tsx';
import { PageFrame, Panel } from '../../../ui/page.tsx';
import { useChange } from '../../../ui/use-change.ts';

export function Page() {
  const { account } = useMe();
  const mayEmpty = useMay('admin');
  const attempt = useChange([]);
  const empty = async () => {
    const sure = await confirm({
      title: 'Empty the sandbox?',
      body: 'All agents, crews, documents and conversations in the sandbox are deleted, and its running jobs are stopped. The account itself is not touched.',
      action: 'Empty',
      danger: true,
    });
    if (!sure) return;
    await attempt({
      failed: 'The sandbox could not be emptied',
      done: 'The sandbox is empty',
      call: () => ask(api.DELETE('/sandbox/data')),
    });
  };
  return (
    <PageFrame title="Sandbox" lead="A twin of this account, with data of its own, to try things in.">
      <div className="space-y-5">
        <Panel title={account.is_sandbox ? 'You are in the sandbox' : 'You are in the account'}>
          <ul className="mb-4 list-disc space-y-1 pl-5 text-muted">
            <li>The same pages and the same API, with data of its own.</li>
            <li>
              Whatever model an agent names, the stand-in answers that is called “sandbox” as well (agents
              outside of here may name it, too). Tools are simulated, nothing goes out to the network.
            </li>
            <li>Nothing is billed. Your role is the same.</li>
          </ul>
          {account.is_sandbox ? (
            <Button onClick={() => sandbox.go(false)}>Leave it</Button>
          ) : (
            <Button look="primary" onClick={() => sandbox.go(true)}>
              Enter the sandbox
            </Button>
          )}
        </Panel>
        {mayEmpty && (
          <Panel title="Begin anew" lead="Deletes all that is in the sandbox.">
            <Button look="danger" onClick={() => void empty()}>
              Empty the sandbox
            </Button>
          </Panel>
        )}
      </div>
    </PageFrame>
  );
}
