import { CopyButton } from './copy-button.tsx';

/** Text to be copied: code, a key, a command. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <section aria-label={label} className="relative rounded-lg border bg-code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto py-3 pr-14 pl-4 font-mono text-xs leading-relaxed">
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={`Copy ${label}`} className="absolute top-1.5 right-1.5 bg-code" />
    </section>
  );
}
