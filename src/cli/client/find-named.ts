import { nearNames } from '../../lib/near-names.ts';
import { CommandFailed } from '../failures.ts';
import type { ApiClient } from './api-client.ts';

/** A kind of thing that has ids and names. */
interface Named {
  /** `agent`, `crew`. */
  readonly what: string;
  /** How its ids look. */
  readonly id: RegExp;
  readonly path: string;
  /** What the list is called in the reply. */
  readonly list: string;
  /** What shows all of them. */
  readonly see: string;
}

const AGENT: Named = {
  what: 'agent',
  id: /^(agent|crew)_[0-9A-Za-z]+$/,
  path: '/api/v1/agents',
  list: 'agents',
  see: 'See: muster agent list',
};

const CREW: Named = {
  what: 'crew',
  id: /^crew_[0-9A-Za-z]+$/,
  path: '/api/v1/crews',
  list: 'crews',
  see: 'See: muster crew list',
};

/** The id of an agent, or of a crew that is given as an id. */
export const findAgentId = (client: ApiClient, given: string): Promise<string> =>
  findNamed(client, given, AGENT);
export const findCrewId = (client: ApiClient, given: string): Promise<string> =>
  findNamed(client, given, CREW);

/** Of an agent or, where none is called so, of a crew. */
export async function findAnyId(client: ApiClient, given: string): Promise<string> {
  if (AGENT.id.test(given)) return given;
  const wanted = given.toLowerCase();
  for await (const agent of client.list(AGENT.path, AGENT.list)) {
    if (agent.text('name').toLowerCase() === wanted) return findAgentId(client, given);
  }
  return findNamed(client, given, { ...CREW, what: 'agent or crew', see: `${AGENT.see}, muster crew list` });
}

/** The id of what was named by its id or, as the only one of its account, by its name. */
async function findNamed(
  client: ApiClient,
  given: string,
  { what, id, path, list, see }: Named,
): Promise<string> {
  if (id.test(given)) return given;
  const wanted = given.toLowerCase();
  const all = await Array.fromAsync(client.list(path, list));
  const [match, ...others] = all.filter((one) => one.text('name').toLowerCase() === wanted);
  if (!match) {
    const names = all.map((one) => one.text('name'));
    const near = nearNames(given, names);
    const hint = near.length > 0 ? ` Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
    throw new CommandFailed(`There is no ${what} '${given}'.${hint} ${see}`);
  }
  if (others.length > 0) {
    const ids = [match, ...others].map((one) => one.text('id'));
    throw new CommandFailed(`Several ${list} are called '${given}'; name one by its id: ${ids.join(', ')}`);
  }
  return match.text('id');
}
