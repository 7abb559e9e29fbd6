interface NamedOptionsProps {
  readonly of: readonly { readonly id: string; readonly name: string }[];
  /** Empty or undefined: none. */
  readonly chosen: string | undefined;
}

/** What a select offers by name. What is chosen is among it, also until the names come and when it is gone. */
export function NamedOptions({ of: named, chosen = '' }: NamedOptionsProps) {
  const isOffered = chosen === '' || named.some(({ id }) => id === chosen);
  return (
    <>
      {named.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      {!isOffered && <option value={chosen}>another one</option>}
    </>
  );
}
