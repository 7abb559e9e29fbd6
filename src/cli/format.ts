/** `$0.00123`, with as many decimals as it has, at least two. */
export function dollars(usd: number): string {
  // JSON numbers of the API have at most nine decimals; String() would write very small ones as 1e-7.
  const [whole = '0', fraction = ''] = usd.toFixed(9).split('.');
  return `$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** `34,000`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 passage`, `2 passages`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = size;
  let unit = 'B';
  for (const next of units) {
    if (value < 1_000) break;
    value /= 1_000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A time of the API to the minute, UTC; `-` for none. */
export function minute(iso: string): string {
  return iso === '' ? '-' : iso.slice(0, 16).replace('T', ' ');
}
