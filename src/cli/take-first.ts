/** The first `most` entries; `onMore` is called when there were others. */
export async function* takeFirst<Entry>(
  entries: AsyncIterable<Entry>,
  most: number,
  onMore: () => void,
): AsyncGenerator<Entry> {
  let taken = 0;
  for await (const entry of entries) {
    if (taken === most) {
      onMore();
      return;
    }
    taken += 1;
    yield entry;
  }
}
