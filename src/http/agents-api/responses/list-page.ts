import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';
import { IncludeQuery } from './includes.ts';
import type { WireItem } from './wire-items.ts';

/** Queries are texts. */
export const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.String()),
    order: Type.Optional(Type.Enum(['asc', 'desc'])),
    after: Type.Optional(Type.String()),
    before: Type.Optional(Type.String()),
    ...IncludeQuery,
  },
  { additionalProperties: true },
);

interface PageQuery {
  readonly limit?: string;
  readonly order?: 'asc' | 'desc';
  readonly after?: string;
  readonly before?: string;
}

/** OpenAI's list: newest first unless asked otherwise, the page after the item `after`, up to the item `before`. */
export function toListPage(items: readonly WireItem[], query: PageQuery): Record<string, unknown> {
  const limit = limitOf(query.limit);
  const ordered = query.order === 'asc' ? items : items.toReversed();
  const start = query.after === undefined ? 0 : placeOf('after', query.after, ordered) + 1;
  const end = query.before === undefined ? ordered.length : placeOf('before', query.before, ordered);
  // With `before` alone it is the page that leads up to that item.
  const from = query.before !== undefined && query.after === undefined ? Math.max(0, end - limit) : start;
  const data = ordered.slice(from, Math.min(from + limit, end));
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: query.before !== undefined && query.after === undefined ? from > 0 : from + limit < end,
  };
}

function placeOf(name: 'after' | 'before', id: string, items: readonly WireItem[]): number {
  const place = items.findIndex((item) => item.id === id);
  if (place === -1) throw invalid(name, 'is not an item of this list');
  return place;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid('limit', 'must be from 1 to 100');
  return limit;
}
