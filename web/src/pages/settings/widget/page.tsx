import { useState } from 'react';
import { buttonClass } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { PageFrame, Panel } from '../../../ui/page.tsx';
import { WidgetForm } from './widget-form.tsx';

export interface MadeWidget {
  readonly token: string;
  readonly script: string;
  readonly keyName: string;
}

export function Page() {
  const [made, setMade] = useState<MadeWidget>();
  return (
    <PageFrame
      title="Chat widget"
      lead="A chat with one of your agents in a page of yours, by one script tag."
    >
      <div className="space-y-5">
        <Panel
          title="Make an embed code"
          lead="It may stand in the page for anybody to read: it works only at the addresses that you allow, and spends no more than its key may."
        >
          <WidgetForm onMade={setMade} />
        </Panel>
        {made && (
          <Panel
            title="Paste this into your page"
            lead={`Before the end of its body. Under Keys is “${made.keyName}”: change it to allow other addresses, revoke it to end the chat. To look at what it spends, filter Usage by it.`}
          >
            <CodeBlock code={made.script} label="Script tag" />
            <p className="mt-4 flex flex-wrap items-center gap-3">
              <a
                href={`/widget/demo?embed=${made.token}`}
                target="_blank"
                rel="noreferrer"
                className={buttonClass('primary')}
              >
                Open the demo page
              </a>
              <span className="text-muted">It works there because this console’s address is allowed.</span>
            </p>
          </Panel>
        )}
        <Panel title="How it looks" lead="Attributes of the script tag, all optional.">
          <dl className="grid grid-cols-1 gap-x-6 gap-y-1.5 sm:grid-cols-[auto_1fr]">
            {ATTRIBUTES.map(([name, words]) => (
              <div key={name} className="contents">
                <dt>
                  <code className="font-mono text-xs">{name}</code>
                </dt>
                <dd className="mb-2 text-muted sm:mb-0">{words}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </PageFrame>
  );
}

const ATTRIBUTES = [
  ['data-title', 'What stands at the top; else the name of the agent.'],
  ['data-greeting', 'The first message, which costs nothing.'],
  ['data-placeholder', 'What stands in the empty field.'],
  ['data-accent', 'A colour, such as #0a7d55; white has to be readable on it.'],
  ['data-theme', 'light or dark; else as the visitor’s system.'],
  ['data-side', 'left or right.'],
  ['data-open', 'true opens it with the page.'],
] as const;
