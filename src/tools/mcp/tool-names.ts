import { createHash } from 'node:crypto';

/** What every provider of models takes. */
const MAX_LENGTH = 64;
const HASH_LENGTH = 6;

/**
 * The names under which agents know a server's tools, in the order of its list: `server__tool`, with `_` for whatever a
 * name may not hold. One that is too long, or would stand twice, ends in a hash of the tool's own name.
 */
export function toolNames(server: string, tools: readonly { readonly name: string }[]): string[] {
  const plain = tools.map(({ name }) => `${server}__${name.replaceAll(/[^\w-]/g, '_')}`);
  return plain.map((name, index) => {
    const isAlone = plain.indexOf(name) === plain.lastIndexOf(name);
    if (isAlone && name.length <= MAX_LENGTH) return name;
    const hash = createHash('sha256')
      .update(tools[index]?.name ?? '')
      .digest('hex')
      .slice(0, HASH_LENGTH);
    return `${name.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}_${hash}`;
  });
}
