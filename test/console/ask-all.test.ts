import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askAll } from '../../web/src/api/ask-all.ts';

/** A list of `total` entries behind pages, and what was asked of it. */
function listOf(total: number) {
  const asked: number[] = [];
  const all = Array.from({ length: total }, (_, at) => ({ id: `id_${at}`, spent: 0 }));
  const ask = async ({ page, limit }: { page: number; limit: number }) => {
    asked.push(page);
    return { entries: all.slice((page - 1) * limit, page * limit), total: all.length };
  };
  return {
    all,
    asked,
    read: () =>
      askAll(
        ask,
        ({ entries }) => entries,
        ({ id }) => id,
      ),
  };
}

describe('a list that is needed whole', () => {
  it('comes with every entry in its order, with no more requests than it has pages', async () => {
    for (const [total, pages] of [
      [0, 1],
      [100, 1],
      [101, 2],
      [1_234, 13],
    ] as const) {
      const { all, asked, read } = listOf(total);
      assert.deepEqual(await read(), all);
      assert.equal(asked.length, pages);
    }
  });

  it('has an entry once that moves to the next page and changes while it is read', async () => {
    const { all, read } = listOf(150);
    const reading = read();
    // The first page has been read as it was.
    all.unshift({ id: 'new', spent: 0 });
    all[100] = { id: 'id_99', spent: 1 };
    assert.deepEqual(await reading, all.slice(1));
  });
});
