import type { Agents } from '../agents/index.ts';
import type { Crews } from '../crews/index.ts';
import type { ToolUser } from '../tools/index.ts';

/** The agents and tasks of an account that name one of the tools. */
export async function findToolUsers(
  {
    agents,
    crews,
  }: { readonly agents: Pick<Agents, 'listUsing'>; readonly crews: Pick<Crews, 'listTasksUsing'> },
  accountId: string,
  tools: readonly string[],
): Promise<readonly ToolUser[]> {
  const [using, tasks] = await Promise.all([
    agents.listUsing(accountId, tools),
    crews.listTasksUsing(accountId, tools),
  ]);
  return [
    ...using.map(({ id, name }): ToolUser => ({ type: 'agent', id, name })),
    ...tasks.map(({ id, name }): ToolUser => ({ type: 'task', id, name })),
  ];
}
