import { EXAMPLES, type Operation } from '../openapi/index.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function nameOf({ method, path }: Call): string {
  return `${method} ${path}`;
}

/** Within a group what makes comes first, then what reads, then what changes. */
const RANKS: Readonly<Record<string, number>> = { POST: 0, GET: 1, PUT: 2, PATCH: 3, DELETE: 4 };

/**
 * The calls in an order that works on a fresh server: group by group; what deletes after everything else, the youngest
 * first; and what ends the session at the very end.
 */
export function ordered(calls: readonly Call[], tags: readonly string[]): Call[] {
  const place = (call: Call): number => tags.indexOf(call.operation.tags[0] ?? '');
  const byGroup = calls.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      depth(a) - depth(b) ||
      (RANKS[a.method] ?? 0) - (RANKS[b.method] ?? 0) ||
      a.path.localeCompare(b.path),
  );
  const isLast = (call: Call): boolean => EXAMPLES[nameOf(call)]?.last === true;
  const deleting = byGroup.filter(({ method }) => method === 'DELETE').reverse();
  const others = byGroup.filter((call) => call.method !== 'DELETE' && !isLast(call));
  return [...movedBehind(others), ...deleting, ...byGroup.filter(isLast)];
}

export function isCleanUp({ method }: Call): boolean {
  return method === 'DELETE';
}

/** Lists before single things, single things before what belongs to them. */
function depth({ method, path }: Call): number {
  const parameters = path.split('{').length - 1;
  // Signing in is what everything else needs.
  return path.endsWith('/auth/login') ? -1 : parameters + (method === 'POST' && parameters > 0 ? 1 : 0);
}

/** Puts each call whose example says so directly behind the one that it needs. */
function movedBehind(calls: readonly Call[]): Call[] {
  const free = calls.filter((call) => EXAMPLES[nameOf(call)]?.after === undefined);
  return free.flatMap((call) => [
    call,
    ...calls.filter((other) => EXAMPLES[nameOf(other)]?.after === nameOf(call)),
  ]);
}
