import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Cap } from '../../api/caps.ts';
import { useAgentCaps } from '../../api/use-agent-caps.ts';
import { useKeyCaps } from '../../api/use-key-caps.ts';
import { Caps } from '../../ui/caps.tsx';
import { Panel } from '../../ui/page.tsx';

/** What each agent, and each key that the reader may see, may still spend of its caps; nothing where none has any. */
export function CapsPanel() {
  const agents = useAgentCaps();
  const keys = useKeyCaps();
  if (keys.length + agents.length === 0) return null;
  return (
    <Panel
      title="Caps"
      lead="What keys and agents may still spend, as far as calls have ended. Days and months are UTC."
    >
      <ul className="grid grid-cols-1 gap-x-8 gap-y-4 sm:grid-cols-2">
        {keys.map(({ id, name, caps }) => (
          <Entry key={id} kind="Key" caps={caps}>
            {name}
          </Entry>
        ))}
        {agents.map(({ id, name, caps }) => (
          <Entry key={id} kind="Agent" caps={caps}>
            <Link to="/agents/$id" params={{ id }} className="hover:underline">
              {name}
            </Link>
          </Entry>
        ))}
      </ul>
    </Panel>
  );
}

function Entry(props: {
  readonly kind: string;
  readonly caps: readonly Cap[];
  readonly children: ReactNode;
}) {
  return (
    <li>
      <p className="flex gap-2">
        <span className="min-w-0 truncate font-medium">{props.children}</span>
        <span className="text-muted">{props.kind}</span>
      </p>
      <Caps caps={props.caps} />
    </li>
  );
}
