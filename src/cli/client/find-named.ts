import { nearNames } from '../../lib/near-names.ts';
import { CommandFailed } from '../failures.ts';
import { minute, plural } from '../format.ts';
import type { ApiClient } from './api-client.ts';
import type { Fields } from './fields.ts';

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
  /** By what a person tells those of one name apart. */
  readonly tell: (one: Fields) => readonly string[];
}

const MAX_TOLD = 20;

const AGENT: Named = {
  what: 'agent',
  id: /^(agent|crew)_[0-9A-Za-z]+$/,
  path: '/api/v1/agents',
  list: 'agents',
  see: 'See: muster agent list',
  tell: (agent) => [
    agent.text('model'),
    `changed ${minute(agent.text('updated_at'))}`,
    ...(agent.has('crew_name') ? [`of the crew ${oneLine(agent.text('crew_name'))}`] : []),
  ],
};

const CREW: Named = {
  what: 'crew',
  id: /^crew_[0-9A-Za-z]+$/,
  path: '/api/v1/crews',
  list: 'crews',
  see: 'See: muster crew list',
  tell: (crew) => [
    plural(crew.number('agents_count'), 'agent'),
    `made ${minute(crew.text('created_at'))}`,
    crew.text('status'),
  ],
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
  { what, id, path, list, see, tell }: Named,
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
    const namesakes = [match, ...others];
    const lines = namesakes.slice(0, MAX_TOLD).map((one) => `\n  ${one.text('id')}  ${tell(one).join(', ')}`);
    const more = namesakes.length > MAX_TOLD ? `\n  and ${namesakes.length - MAX_TOLD} more` : '';
    throw new CommandFailed(
      `Several ${list} are called '${given}'; name one by its id:${lines.join('')}${more}`,
    );
  }
  return match.text('id');
}

/** Names come from people: one line of the answer stays one. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
