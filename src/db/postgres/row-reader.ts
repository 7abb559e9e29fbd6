import { isMoneyColumn } from '../money-columns.ts';

/** A column as PostgreSQL describes it. */
export interface ColumnDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

type Convert = (text: string) => unknown;

interface Column {
  readonly name: string;
  readonly convert: Convert | undefined;
}

export type RowReader = readonly Column[];

const BOOL = 16;
const BYTEA = 17;
const INTEGERS = new Set([20, 21, 23]);
const NUMBERS = new Set([700, 701]);
const NUMERIC = 1700;

/** How rows of these columns are read: money as bigint, other numbers as number, truth as 1 and 0, as on SQLite. */
export function createRowReader(columns: readonly ColumnDescription[]): RowReader {
  return columns.map((column) => ({ name: column.name, convert: converterOf(column) }));
}

export function readRow(
  reader: RowReader,
  values: readonly (string | null)[],
): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = {};
  for (const [index, { name, convert }] of reader.entries()) {
    const text = values[index] ?? null;
    row[name] = text === null || !convert ? text : convert(text);
  }
  return row;
}

function converterOf({ name, dataTypeID }: ColumnDescription): Convert | undefined {
  if (INTEGERS.has(dataTypeID) || dataTypeID === NUMERIC) return isMoneyColumn(name) ? BigInt : Number;
  if (NUMBERS.has(dataTypeID)) return Number;
  if (dataTypeID === BOOL) return (text) => (text === 't' ? 1 : 0);
  if (dataTypeID === BYTEA) return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  return undefined;
}
