import { useQuery } from '@tanstack/react-query';
import { api, ask } from './api.ts';
import { askAll } from './ask-all.ts';
import { type Cap, capsOf } from './caps.ts';

export interface CappedAgent {
  readonly id: string;
  readonly name: string;
  readonly caps: readonly Cap[];
}

/** The agents that have a cap of a day or month, with what is left of it: all, or those whose name has `q` in it. */
export function useAgentCaps(q = ''): readonly CappedAgent[] {
  const agents = useQuery({
    queryKey: ['agents', 'capped', q],
    queryFn: () =>
      askAll(
        (page) =>
          ask(api.GET('/agents', { params: { query: { ...page, capped: true, ...(q !== '' && { q }) } } })),
        ({ agents }) => agents,
        ({ id }) => id,
      ),
  });
  return (agents.data ?? []).map((agent) => {
    const spent = { day: agent.daily_spent_usd, month: agent.monthly_spent_usd };
    return { id: agent.id, name: agent.name, caps: capsOf(agent, spent) };
  });
}
