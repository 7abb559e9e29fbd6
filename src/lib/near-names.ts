const MAX_NAMES = 3;
/** Names come from requests; comparing very long ones would cost time for nothing. */
const MAX_CHARS = 100;

/** Up to three of `known` that a person who typed `name` may have meant, the nearest first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = simplify(name.slice(0, MAX_CHARS));
  return known
    .map((candidate) => ({
      candidate,
      distance: distanceTo(wanted, simplify(candidate.slice(0, MAX_CHARS))),
    }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length * 0.4)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(({ candidate }) => candidate);
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9/]/g, '');
}

/** Without the part before the slash too: `gpt-4o` is near `openai/gpt-4o`. */
function distanceTo(wanted: string, candidate: string): number {
  const bare = candidate.slice(candidate.lastIndexOf('/') + 1);
  const contained = wanted.length >= 3 && candidate.includes(wanted) ? 1 : Number.POSITIVE_INFINITY;
  return Math.min(editDistance(wanted, candidate), editDistance(wanted, bare), contained);
}

/** How many letters must be added, dropped or changed. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      const changed = (previous[j - 1] ?? 0) + (same ? 0 : 1);
      row.push(Math.min(changed, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
