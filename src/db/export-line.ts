const NANO_USD = '_nano_usd';
const FLAGS = new Set(['disabled', 'estimated', 'background', 'kept']);

export type ExportedRow = Readonly<Record<string, unknown>>;

/** A row as people read it. JSON is taken over as it is stored: parsed it would be several times as large. */
export function toLine(
  row: ExportedRow,
  without: ReadonlySet<string>,
  json: ReadonlySet<string>,
  formatUsd: (nanoUsd: bigint) => string,
): string {
  const fields = Object.entries(row)
    .filter(([name]) => !without.has(name))
    .map(([name, value]) => {
      if (name.endsWith(NANO_USD)) {
        const usd = value === null ? 'null' : formatUsd(BigInt(String(value)));
        return `"${name.slice(0, -NANO_USD.length)}_usd":${usd}`;
      }
      return `"${name}":${toText(name, value, json)}`;
    });
  return `{${fields.join(',')}}\n`;
}

function toText(name: string, value: unknown, json: ReadonlySet<string>): string {
  if (value === null) return 'null';
  if (json.has(name)) return toOneLine(String(value));
  if (name === 'at' || name.endsWith('_at')) return JSON.stringify(new Date(Number(value)));
  if (name.startsWith('is_') || FLAGS.has(name)) return String(value === 1);
  return JSON.stringify(typeof value === 'number' ? value : String(value));
}

function toOneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? JSON.stringify(JSON.parse(json)) : json;
}
