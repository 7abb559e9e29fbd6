import type { Extraction } from './extraction.ts';

/** Sets records apart by a blank line; each is a block, better left whole. */
export function joinRecords(records: readonly (readonly string[])[]): Extraction {
  const parts: string[] = [];
  const blocks: [number, number][] = [];
  let length = 0;
  for (const lines of records) {
    if (lines.length === 0) continue;
    const record = lines.join('\n');
    blocks.push([length, length + record.length]);
    parts.push(record);
    length += record.length + 2;
  }
  return { text: parts.join('\n\n'), headings: [], blocks };
}
