import { Type } from 'typebox';
import { type Page, type PageRequest, pageOffset } from '../../lib/page.ts';

const LIMIT = 100;

/** Of lists that come whole unless a page of them is asked for. */
export const PartQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'From 1.' })),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      description: `Entries a page: ${LIMIT} where only \`page\` is given. Without both: all of them.`,
    }),
  ),
};

interface Query {
  readonly page?: number;
  readonly limit?: number;
}

/** Undefined: all of it. */
export function partOf({ page, limit }: Query): PageRequest | undefined {
  return page === undefined && limit === undefined ? undefined : { page: page ?? 1, limit: limit ?? LIMIT };
}

/** The part that is asked for of a list that is here as a whole. */
export function takePart<T>(all: readonly T[], query: Query): Page<T> {
  const part = partOf(query);
  const [from, to] = part ? [pageOffset(part), pageOffset(part) + part.limit] : [0];
  return { items: all.slice(from, to), total: all.length, page: part?.page ?? 1 };
}
