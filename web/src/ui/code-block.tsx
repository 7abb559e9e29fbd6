import { CopyButton } from './copy-button.tsx';
import { ScrollBox } from './scroll-box.tsx';

/** Text to be copied: code, a key, a command. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className="relative rounded-lg border bg-code">
      <ScrollBox label={label} className="overflow-x-auto py-3 pr-14 pl-4">
        <pre className="font-mono text-xs leading-relaxed">
          <code>{code}</code>
        </pre>
      </ScrollBox>
      <CopyButton text={code} label={`Copy ${label}`} className="absolute top-1.5 right-1.5 bg-code" />
    </div>
  );
}
