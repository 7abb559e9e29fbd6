import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';

export interface SetupLink {
  readonly email: string;
  readonly url: string;
}

/** The one-time link, which is sent by whoever made it: the server sends no mail. */
export function LinkDialog(props: { readonly link: SetupLink | undefined; readonly onClose: () => void }) {
  const { link, onClose } = props;
  return (
    <Dialog
      open={link !== undefined}
      onClose={onClose}
      title="Send them this link"
      description={`${link?.email ?? ''} sets a password with it. It works once, for 7 days, and is shown only now.`}
    >
      {link && <CodeBlock code={link.url} label="Link" />}
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
