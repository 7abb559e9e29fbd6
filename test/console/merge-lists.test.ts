import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeLists } from '../../web/src/pages/crew/merge-lists.ts';

interface Task {
  readonly key: string;
  readonly text: string;
  readonly isNew?: true;
}
const task = (key: string, text = `Do ${key}`): Task => ({ key, text });
const [first, second, third] = [task('first'), task('second'), task('third')];
const base = [first, second, third];
const merge = (mine: readonly Task[], newest: readonly Task[]) =>
  mergeLists<Task>(
    {
      tellingOf: ({ key }) => ({ id: key, title: `${key}: `, nameOf: (field) => field, show: String }),
      titleOf: ({ text }) => text,
      revive: (mine) => ({ ...mine, isNew: true }),
    },
    base,
    mine,
    newest,
  );
const nothing = new Set<string>();
const keysOf = (tasks: readonly Task[]) => tasks.map(({ key }) => key);

describe("joining two people's changes to the tasks of a crew", () => {
  it('keeps what each has added and removes what each has removed', () => {
    const { theirs, conflicts, join } = merge([first, second, task('mine')], [second, third, task('theirs')]);
    assert.deepEqual(keysOf(join(nothing)), ['second', 'theirs', 'mine']);
    assert.deepEqual(theirs.map(({ name }) => name).toSorted(), ['first', 'theirs']);
    assert.deepEqual(conflicts, []);
  });

  it('joins changes to one task field by field, and asks about a field that both have changed', () => {
    const { conflicts, join } = merge(
      [task('first', 'Mine'), second, third],
      [task('first', 'Theirs'), second, task('third', 'Theirs')],
    );
    assert.deepEqual(conflicts, [{ id: 'first.text', name: 'first: text', before: 'Theirs', after: 'Mine' }]);
    assert.deepEqual(
      join(nothing).map(({ text }) => text),
      ['Mine', 'Do second', 'Theirs'],
    );
    assert.equal(join(new Set(['first.text']))[0]?.text, 'Theirs');
  });

  it('asks about a task that one has removed and the other changed, and does as is said', () => {
    const changed = [task('first', 'Changed'), second, third];
    const mineChanged = merge(changed, [second, third]);
    assert.deepEqual(keysOf(mineChanged.conflicts.map(({ id }) => task(id))), ['first']);
    assert.deepEqual(mineChanged.join(nothing).at(-1), { key: 'first', text: 'Changed', isNew: true });
    assert.deepEqual(keysOf(mineChanged.join(new Set(['first']))), ['second', 'third']);
    const mineRemoved = merge([second, third], changed);
    assert.deepEqual(keysOf(mineRemoved.join(nothing)), ['second', 'third']);
    assert.equal(mineRemoved.join(new Set(['first']))[0]?.text, 'Changed');
  });

  it('keeps the order that one has made', () => {
    const moved = [third, first, second];
    assert.deepEqual(keysOf(merge(moved, base).join(nothing)), ['third', 'first', 'second']);
    assert.deepEqual(keysOf(merge(base, moved).join(nothing)), ['third', 'first', 'second']);
  });
});
