import type { Fields } from './client/fields.ts';
import type { Cli } from './command.ts';

/** Prints the entries of a list as a table, or as a JSON array. */
export async function printList(
  { out, err }: Cli,
  asJson: boolean,
  entries: AsyncIterable<Fields>,
  shown: {
    /** What is said when the list is empty. */
    readonly none: string;
    readonly columns: Readonly<Record<string, (entry: Fields) => string>>;
  },
): Promise<void> {
  const all = await Array.fromAsync(entries);
  if (asJson) {
    out.json(all.map(({ raw }) => raw));
    return;
  }
  if (all.length === 0) err.line(shown.none);
  const columns = Object.values(shown.columns);
  out.table(
    Object.keys(shown.columns).map((title) => title.toUpperCase()),
    all.map((entry) => columns.map((cell) => cell(entry))),
  );
}
