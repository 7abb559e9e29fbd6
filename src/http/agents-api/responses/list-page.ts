import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';
import type { WireItem } from './wire-items.ts';

/** Queries are texts. */
export const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.String()),
    order: Type.Optional(Type.Enum(['asc', 'desc'])),
    after: Type.Optional(Type.String()),
    before: Type.Optional(Type.String()),
    include: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    'include[]': Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  },
  { additionalProperties: true },
);

interface PageQuery {
  readonly limit?: string;
  readonly order?: 'asc' | 'desc';
  readonly after?: string;
}

/** OpenAI's list: newest first unless asked otherwise, the page after the item `after`. */
export function toListPage(items: readonly WireItem[], query: PageQuery): Record<string, unknown> {
  const limit = limitOf(query.limit);
  const ordered = query.order === 'asc' ? items : items.toReversed();
  const start = query.after === undefined ? 0 : ordered.findIndex(({ id }) => id === query.after) + 1;
  if (query.after !== undefined && start === 0) throw invalid('after', 'is not an item of this list');
  const data = ordered.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}

export function wantsSteps(query: { include?: string | string[]; 'include[]'?: string | string[] }): boolean {
  return [query.include ?? [], query['include[]'] ?? []].flat().includes('muster.steps');
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid('limit', 'must be from 1 to 100');
  return limit;
}
