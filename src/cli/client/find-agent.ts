import { nearNames } from '../../lib/near-names.ts';
import { CommandFailed } from '../failures.ts';
import type { ApiClient } from './api-client.ts';

const ID = /^(agent|crew)_[0-9A-Za-z]+$/;

/** The id of what was named by its id or, as the only one of its account, by its name. */
export async function findAgentId(client: ApiClient, given: string): Promise<string> {
  if (ID.test(given)) return given;
  const wanted = given.toLowerCase();
  const all = await Array.fromAsync(client.list('/api/v1/agents', 'agents'));
  const [match, ...others] = all.filter((agent) => agent.text('name').toLowerCase() === wanted);
  if (!match) {
    const near = nearNames(
      given,
      all.map((agent) => agent.text('name')),
    );
    const hint = near.length > 0 ? ` Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
    throw new CommandFailed(`There is no agent '${given}'.${hint} See: muster agent list`);
  }
  if (others.length > 0) {
    const ids = [match, ...others].map((agent) => agent.text('id'));
    throw new CommandFailed(`Several agents are called '${given}'; name one by its id: ${ids.join(', ')}`);
  }
  return match.text('id');
}
