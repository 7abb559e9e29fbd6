import { tellApart } from '../../ui/tell-apart.ts';

interface Used {
  readonly agent_id: string;
  readonly agent_name: string | null;
}

interface Paid {
  readonly key_id: string | null;
  readonly key_name: string | null;
}

/** What agents and crews of a list are called, those of one name told apart; one that was deleted goes by its id. */
export function calleeNames(list: readonly Used[]): (id: string) => string {
  const names = new Map(list.map(({ agent_id, agent_name }) => [agent_id, agent_name]));
  const named = [...names].flatMap(([id, name]) => (name === null ? [] : [{ id, name }]));
  const beside = tellApart(named, []);
  return (id) => {
    const name = names.get(id) ?? `${id} (deleted)`;
    return beside.has(id) ? `${name} (${beside.get(id)})` : name;
  };
}

/** What a key is called; `nobody` where none paid. One that was revoked goes by its id. */
export function keyName({ key_id, key_name }: Paid, nobody: string): string {
  return key_id === null ? nobody : (key_name ?? `${key_id} (revoked)`);
}
