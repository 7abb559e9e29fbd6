import { useState } from 'react';
import { api, ask } from '../../../api/api.ts';
import { sandbox } from '../../../api/sandbox.ts';
import { useMe } from '../../../session/use-me.ts';
import { Button } from '../../../ui/button.tsx';
import { keptText } from '../../../ui/kept-text.ts';
import { Panel } from '../../../ui/page.tsx';
import { DeleteAccountDialog } from './delete-account-dialog.tsx';

/** What an owner may do with the account as a whole. */
export function DeleteAccountPanel() {
  const { account, is_operator: isOperator } = useMe();
  const [isAsked, setIsAsked] = useState(false);
  return (
    <Panel title="Delete the account" lead={`${account.name}, with everything in it, for everybody.`}>
      {isOperator ? (
        <p className="text-muted">
          This account runs the server, so it cannot be deleted. Others are deleted under Settings, Accounts.
        </p>
      ) : (
        <Button look="danger" onClick={() => setIsAsked(true)}>
          Delete the account
        </Button>
      )}
      <DeleteAccountDialog
        name={isAsked ? account.name : undefined}
        onClose={() => setIsAsked(false)}
        remove={(confirm) => ask(api.DELETE('/account', { body: { confirm } }))}
        onRemoved={() => {
          sandbox.set(false);
          keptText.forgetAll();
          location.assign('/login');
        }}
      />
    </Panel>
  );
}
