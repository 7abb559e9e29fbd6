interface Page {
  readonly page: number;
  readonly limit: number;
}

/** As many as the API gives at a time. */
const LIMIT = 100;
const AT_ONCE = 4;

/** Every entry of a list that comes in pages. One that moves to another page meanwhile may come twice. */
export async function askAll<Reply extends { readonly total: number }, Entry>(
  askPage: (query: Page) => Promise<Reply>,
  entriesOf: (reply: Reply) => readonly Entry[],
): Promise<Entry[]> {
  const first = await askPage({ page: 1, limit: LIMIT });
  const entries = [...entriesOf(first)];
  const last = Math.ceil(first.total / LIMIT);
  for (let next = 2; next <= last; next += AT_ONCE) {
    const pages = Array.from({ length: Math.min(AT_ONCE, last - next + 1) }, (_, at) => next + at);
    const replies = await Promise.all(pages.map((page) => askPage({ page, limit: LIMIT })));
    entries.push(...replies.flatMap(entriesOf));
  }
  return entries;
}
