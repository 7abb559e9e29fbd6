import { toolErrors } from './errors.ts';

/** An agent, or a task of a crew, that names a tool. */
export interface ToolUser {
  readonly type: 'agent' | 'task';
  readonly id: string;
  readonly name: string;
}

/** Everything of the account that names one of the tools now; old versions of agents do not count. */
export type FindToolUsers = (accountId: string, tools: readonly string[]) => Promise<readonly ToolUser[]>;

/** Named in the message; the rest is in its details. */
const SHOWN = 5;

/** Throws tool_in_use when anything names one of the tools. */
export async function requireUnused(
  findUsers: FindToolUsers,
  accountId: string,
  what: string,
  tools: readonly string[],
): Promise<void> {
  const users = tools.length === 0 ? [] : await findUsers(accountId, tools);
  if (users.length === 0) return;
  const shown = users.slice(0, SHOWN).map(({ type, id, name }) => `${type} '${name}' (${id})`);
  const more = users.length > SHOWN ? ` and ${users.length - SHOWN} more` : '';
  throw toolErrors.tool_in_use(
    `${what} is used by ${shown.join(', ')}${more}. Take it from them first, or delete it with ?force=true; then they go on without it.`,
    { facts: { used_by: users.map(({ type, id, name }) => ({ type, id, name })) } },
  );
}
