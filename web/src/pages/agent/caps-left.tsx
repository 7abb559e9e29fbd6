import { useAgentCaps } from '../../api/use-agent-caps.ts';
import { Caps } from '../../ui/caps.tsx';

/** What the agent may still spend of the caps that are saved; nothing where it has none. */
export function CapsLeft({ agentId }: { readonly agentId: string }) {
  const caps = useAgentCaps().find(({ id }) => id === agentId)?.caps;
  if (!caps) return null;
  return (
    <div className="mt-3">
      <Caps caps={caps} />
    </div>
  );
}
