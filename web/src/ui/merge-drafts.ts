/** What two people's changes did to one field. */
export interface FieldChange {
  readonly id: string;
  /** As people know the field. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What came of joining two people's changes to one thing. */
interface Merge<Draft> {
  /** Each one's changes; where both changed a field, mine. */
  readonly merged: Draft;
  /** The fields that only they have changed. */
  readonly theirs: readonly (keyof Draft)[];
  /** The fields that both have changed, to different values. */
  readonly conflicts: readonly (keyof Draft)[];
}

/** Joins my changes to `base` with theirs, field by field. */
export function mergeDrafts<Draft extends object>(base: Draft, mine: Draft, newest: Draft): Merge<Draft> {
  const differ = (field: keyof Draft, one: Draft, other: Draft) =>
    JSON.stringify(one[field]) !== JSON.stringify(other[field]);
  // The keys of an object that is typed as a Draft are a Draft's.
  const fields = Object.keys(base) as (keyof Draft)[];
  const theirs = fields.filter((field) => differ(field, newest, base) && !differ(field, mine, base));
  const conflicts = fields.filter(
    (field) => differ(field, newest, base) && differ(field, mine, base) && differ(field, mine, newest),
  );
  const taken = Object.fromEntries(theirs.map((field) => [field, newest[field]]));
  return { merged: { ...mine, ...taken }, theirs, conflicts };
}
