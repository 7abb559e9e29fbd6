import type { Agent } from '../../api/agent-query.ts';
import { useAgentCaps } from '../../api/use-agent-caps.ts';
import { Caps } from '../../ui/caps.tsx';

/** What the agent may still spend of the caps that are saved; nothing where it has none. */
export function CapsLeft({ agent }: { readonly agent: Agent }) {
  const caps = useAgentCaps(agent.name).find(({ id }) => id === agent.id)?.caps;
  if (!caps) return null;
  return (
    <div className="mt-3">
      <Caps caps={caps} />
    </div>
  );
}
