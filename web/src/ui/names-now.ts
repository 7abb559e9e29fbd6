import { tellApart } from './tell-apart.ts';

interface NamedNow {
  readonly id: string;
  /** Null where nothing is known of it any more. */
  readonly name: string | null;
  /** It has a name, and is deleted all the same. */
  readonly isGone?: boolean;
}

/** What agents and crews of a list are called, those of one name told apart; of one that was deleted that is said. */
export function namesNow(list: readonly NamedNow[]): (id: string) => string {
  const known = new Map(list.map((each) => [each.id, each]));
  const named = [...known.values()].flatMap(({ id, name }) => (name === null ? [] : [{ id, name }]));
  const beside = tellApart(named);
  return (id) => {
    const { name = null, isGone = false } = known.get(id) ?? {};
    const notes = [
      ...(beside.has(id) ? [beside.get(id)] : []),
      ...(isGone || name === null ? ['deleted'] : []),
    ];
    return notes.length === 0 ? `${name}` : `${name ?? id} (${notes.join(', ')})`;
  };
}
