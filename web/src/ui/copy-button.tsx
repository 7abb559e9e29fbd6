import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import { toast } from './toast.tsx';

const SHOWN_MS = 2_000;

export function CopyButton(props: {
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
    } catch (error) {
      // Browsers refuse it to pages that did not come over https or from this machine.
      toast.failed('The browser did not allow copying. Select the text and copy it yourself.', error);
    }
  };

  return (
    <>
      <IconButton
        label={props.label}
        onClick={copy}
        {...(props.className !== undefined && { className: props.className })}
      >
        {copied ? <Check aria-hidden="true" className="text-ok" /> : <Copy aria-hidden="true" />}
      </IconButton>
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}
