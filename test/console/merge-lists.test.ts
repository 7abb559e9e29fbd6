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
    assert.deepEqual(keysOf(join(nothing)), ['second', 'mine', 'theirs']);
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
    assert.deepEqual(mineChanged.join(nothing)[0], { key: 'first', text: 'Changed', isNew: true });
    assert.deepEqual(keysOf(mineChanged.join(new Set(['first']))), ['second', 'third']);
    const mineRemoved = merge([second, third], changed);
    assert.deepEqual(keysOf(mineRemoved.join(nothing)), ['second', 'third']);
    assert.equal(mineRemoved.join(new Set(['first']))[0]?.text, 'Changed');
  });

  it('leaves what one has put between two others there', () => {
    const between = [first, task('new'), second, third];
    assert.deepEqual(keysOf(merge(between, base).join(nothing)), ['first', 'new', 'second', 'third']);
    assert.deepEqual(keysOf(merge(base, between).join(nothing)), ['first', 'new', 'second', 'third']);
    const atStart = [task('start'), ...base];
    assert.deepEqual(keysOf(merge(atStart, between).join(nothing)), ['start', ...keysOf(between)]);
    const moved = [third, first, second];
    assert.deepEqual(keysOf(merge(moved, between).join(nothing)), ['third', 'first', 'new', 'second']);
  });

  it('keeps the order that one has made', () => {
    const moved = [third, first, second];
    assert.deepEqual(keysOf(merge(moved, base).join(nothing)), ['third', 'first', 'second']);
    assert.deepEqual(keysOf(merge(base, moved).join(nothing)), ['third', 'first', 'second']);
  });
});
