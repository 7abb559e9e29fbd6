import { type FieldChange, mergeDrafts } from '../../ui/merge-drafts.ts';

/** Two people's changes to one thing, and what it becomes once it is said whose counts where both changed it. */
export interface Merge<Value> {
  readonly theirs: readonly FieldChange[];
  readonly conflicts: readonly FieldChange[];
  join(taken: ReadonlySet<string>): Value;
}

/** How a thing and its fields are told to people. */
export interface Telling<Item> {
  /** Tells it from the other things that are merged. */
  readonly id: string;
  /** Before the name of a field: 'Task “draft”: '. */
  readonly title: string;
  readonly nameOf: (field: string) => string;
  readonly show: (value: Item[keyof Item]) => string;
}

/** Field by field. */
export function mergeFields<Item extends object>(
  { id, title, nameOf, show }: Telling<Item>,
  base: Item,
  mine: Item,
  newest: Item,
): Merge<Item> {
  const { merged, theirs, conflicts } = mergeDrafts(base, mine, newest);
  const idOf = (field: keyof Item) => `${id}.${String(field)}`;
  const change = (field: keyof Item, from: Item, to: Item): FieldChange => ({
    id: idOf(field),
    name: `${title}${nameOf(String(field))}`,
    before: show(from[field]),
    after: show(to[field]),
  });
  return {
    theirs: theirs.map((field) => change(field, base, newest)),
    conflicts: conflicts.map((field) => change(field, newest, mine)),
    join(taken) {
      const chosen = conflicts.filter((field) => taken.has(idOf(field)));
      return { ...merged, ...Object.fromEntries(chosen.map((field) => [field, newest[field]])) };
    },
  };
}

interface ListTelling<Item> {
  readonly tellingOf: (item: Item) => Telling<Item>;
  readonly titleOf: (item: Item) => string;
  /** Mine, which I have changed since `base` and they have removed: what it has to be to be saved again. */
  readonly revive: (mine: Item, base: Item) => Item;
}

/** By key: what either has added or removed, and what is in both field by field. */
export function mergeLists<Item extends { readonly key: string }>(
  telling: ListTelling<Item>,
  base: readonly Item[],
  mine: readonly Item[],
  newest: readonly Item[],
): Merge<Item[]> {
  const keys = orderOf(base, mine, newest);
  const parts = keys.map((key) => {
    const find = (list: readonly Item[]) => list.find((item) => item.key === key);
    return mergeItem(telling, find(base), find(mine), find(newest));
  });
  return {
    theirs: parts.flatMap(({ theirs }) => theirs),
    conflicts: parts.flatMap(({ conflicts }) => conflicts),
    join: (taken) => parts.flatMap(({ join }) => join(taken) ?? []),
  };
}

function mergeItem<Item extends { readonly key: string }>(
  { tellingOf, titleOf, revive }: ListTelling<Item>,
  base: Item | undefined,
  mine: Item | undefined,
  newest: Item | undefined,
): Merge<Item | undefined> {
  if (base && mine && newest) return mergeFields(tellingOf(newest), base, mine, newest);
  const same = (one: Item, other: Item) => JSON.stringify(one) === JSON.stringify(other);
  const line = (item: Item, from: string, to: string): FieldChange => {
    const { id, title } = tellingOf(item);
    return { id, name: title.replace(/: $/, ''), before: from, after: to };
  };
  const nothing = { theirs: [], conflicts: [] };
  if (base && mine) {
    // They removed it.
    const text = titleOf(mine);
    if (same(base, mine)) return { ...nothing, theirs: [line(mine, text, '')], join: () => undefined };
    const id = tellingOf(mine).id;
    const join: Merge<Item | undefined>['join'] = (taken) => (taken.has(id) ? undefined : revive(mine, base));
    return { theirs: [], conflicts: [line(mine, '', text)], join };
  }
  if (base && newest) {
    // I removed it.
    if (same(base, newest)) return { ...nothing, join: () => undefined };
    const id = tellingOf(newest).id;
    const join: Merge<Item | undefined>['join'] = (taken) => (taken.has(id) ? newest : undefined);
    return { theirs: [], conflicts: [line(newest, titleOf(newest), '')], join };
  }
  if (newest && !mine) return { ...nothing, theirs: [line(newest, '', titleOf(newest))], join: () => newest };
  return { ...nothing, join: () => mine };
}

/** My order where I changed it, else theirs; what only the other has stands behind what it stands behind there. */
function orderOf(...[base, mine, newest]: readonly (readonly { readonly key: string }[])[]): string[] {
  const keysOf = (list: readonly { readonly key: string }[] = []) => list.map(({ key }) => key);
  const [before, here, there] = [keysOf(base), keysOf(mine), keysOf(newest)];
  const common = (keys: readonly string[]) =>
    keys.filter((key) => before.includes(key) && here.includes(key));
  const isMoved = common(before).join() !== common(here).join();
  return isMoved ? insert(here, there) : insert(there, here);
}

function insert(order: readonly string[], others: readonly string[]): string[] {
  const joined = [...order];
  for (const [index, key] of others.entries()) {
    if (joined.includes(key)) continue;
    const previous = others[index - 1];
    joined.splice(previous === undefined ? 0 : joined.indexOf(previous) + 1, 0, key);
  }
  return joined;
}
