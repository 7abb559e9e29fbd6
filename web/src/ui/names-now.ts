import { tellApart } from './tell-apart.ts';

interface NamedNow {
  readonly id: string;
  /** Null once it is deleted. */
  readonly name: string | null;
}

/** What agents and crews of a list are called, those of one name told apart; one that was deleted goes by its id. */
export function namesNow(list: readonly NamedNow[]): (id: string) => string {
  const names = new Map(list.map(({ id, name }) => [id, name]));
  const named = [...names].flatMap(([id, name]) => (name === null ? [] : [{ id, name }]));
  const beside = tellApart(named);
  return (id) => {
    const name = names.get(id) ?? `${id} (deleted)`;
    return beside.has(id) ? `${name} (${beside.get(id)})` : name;
  };
}
