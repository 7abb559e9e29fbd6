/** A key for a file: lower case, words joined by underscores. */
export function slug(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).join('_').slice(0, 60);
}

/** The keys of some texts, each different from the others. */
export function uniqueSlugs(texts: readonly string[], fallback: string): string[] {
  const taken = new Set<string>();
  return texts.map((text, index) => {
    const base = slug(text) || `${fallback}_${index + 1}`;
    let key = base;
    for (let count = 2; taken.has(key); count++) key = `${base}_${count}`;
    taken.add(key);
    return key;
  });
}

/** What an agent is called whose file says no name: a key that was only made of the role is none. */
export function nameOfAgent(key: string, role: string): string {
  return slug(role) === key ? role.slice(0, 200) : key;
}
