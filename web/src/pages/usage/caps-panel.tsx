import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Cap, Capped } from '../../api/caps.ts';
import { useAgentCaps } from '../../api/use-agent-caps.ts';
import { useKeySpend } from '../../api/use-key-spend.ts';
import { Caps } from '../../ui/caps.tsx';
import { Panel } from '../../ui/page.tsx';

interface CapsPanelProps {
  /** Those that the reader may see. */
  readonly keys: readonly (Capped & { readonly id: string; readonly name: string })[];
}

/** What each key and agent that has a cap may still spend; nothing where none has. */
export function CapsPanel({ keys }: CapsPanelProps) {
  const agents = useAgentCaps();
  const cappedKeys = keys.filter((key) => key.daily_limit_usd !== null || key.monthly_limit_usd !== null);
  const capsOf = useKeySpend(cappedKeys.length > 0);
  if (cappedKeys.length + agents.length === 0) return null;
  return (
    <Panel
      title="Caps"
      lead="What keys and agents may still spend, as far as calls have ended. Days and months are UTC."
    >
      <ul className="grid grid-cols-1 gap-x-8 gap-y-4 sm:grid-cols-2">
        {cappedKeys.map((key) => (
          <Entry key={key.id} kind="Key" caps={capsOf(key)}>
            {key.name}
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
