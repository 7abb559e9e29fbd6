interface Page {
  readonly page: number;
  readonly limit: number;
}

/** As many as the API gives at a time. */
const LIMIT = 100;
const AT_ONCE = 4;

/**
 * Every entry of a list that comes in pages, once, in the order of the list. When one is deleted while the pages are
 * read, the entry that moves up to a page that was read already is missing until the list is read again.
 */
export async function askAll<Reply extends { readonly total: number }, Entry>(
  askPage: (query: Page) => Promise<Reply>,
  entriesOf: (reply: Reply) => readonly Entry[],
  keyOf: (entry: Entry) => string,
): Promise<Entry[]> {
  const first = await askPage({ page: 1, limit: LIMIT });
  const entries = [...entriesOf(first)];
  const last = Math.ceil(first.total / LIMIT);
  for (let next = 2; next <= last; next += AT_ONCE) {
    const pages = Array.from({ length: Math.min(AT_ONCE, last - next + 1) }, (_, at) => next + at);
    const replies = await Promise.all(pages.map((page) => askPage({ page, limit: LIMIT })));
    entries.push(...replies.flatMap(entriesOf));
  }
  // One that was on its way to the next page meanwhile has come twice, and may have changed between.
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}
