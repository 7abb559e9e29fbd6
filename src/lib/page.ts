/** Which part of a list is asked for: `page` from 1, `limit` entries a page. */
export interface PageRequest {
  readonly page: number;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Entries on all pages together. */
  readonly total: number;
  readonly page: number;
}

/** How many entries come before the page. */
export function pageOffset({ page, limit }: PageRequest): number {
  return (page - 1) * limit;
}
