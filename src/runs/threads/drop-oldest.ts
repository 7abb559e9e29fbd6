import type { Item } from '../../models/index.ts';

/**
 * The newest items of a conversation that fit, cut before a user's message so that no call is parted from its result.
 * What begins with the last user message is always kept.
 */
export function dropOldest(
  items: readonly Item[],
  fits: (items: readonly Item[]) => boolean,
): readonly Item[] {
  if (fits(items)) return items;
  const starts = items.flatMap((item, index) =>
    item.type === 'message' && item.role === 'user' && index > 0 ? [index] : [],
  );
  let kept = items;
  for (const start of starts) {
    kept = items.slice(start);
    if (fits(kept)) break;
  }
  return kept;
}
