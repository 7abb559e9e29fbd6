import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';

interface SecretDialogProps {
  readonly secret: string | undefined;
  readonly onClose: () => void;
}

export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open={secret !== undefined}
      onClose={onClose}
      title="Copy the signing secret"
      description="It is shown this once. By it your server knows that a message is ours: any library for Standard Webhooks takes it."
    >
      {secret !== undefined && <CodeBlock code={secret} label="Secret" />}
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
