import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type GraphTask, planTasks } from './task-graph.ts';

function task(id: string, fields: Partial<GraphTask> = {}): GraphTask {
  return { id, name: '', context: undefined, async: false, ...fields };
}

function needs(tasks: readonly GraphTask[]): Record<string, readonly string[]> {
  const graph = planTasks(tasks);
  assert.ok(graph.ok);
  return Object.fromEntries(graph.tasks.map((planned) => [planned.id, planned.needs]));
}

describe('the graph of tasks', () => {
  it('without context a task gets the outputs of all before it', () => {
    assert.deepEqual(needs([task('a'), task('b'), task('c')]), { a: [], b: ['a'], c: ['a', 'b'] });
  });

  it('an empty context is none, so that such tasks run at once', () => {
    assert.deepEqual(needs([task('a'), task('b', { context: [] }), task('c', { context: [] })]), {
      a: [],
      b: [],
      c: [],
    });
  });

  it('async tasks next to each other run at once, and what follows waits for them', () => {
    const tasks = [task('a'), task('b', { async: true }), task('c', { async: true }), task('d')];
    assert.deepEqual(needs(tasks), { a: [], b: ['a'], c: ['a'], d: ['a', 'b', 'c'] });
  });

  it('an entry is the output of the task with that id or name, and any other is text', () => {
    const graph = planTasks([
      task('task_1', { name: 'research' }),
      task('task_2', { context: [] }),
      task('task_3', { context: ['research', 'Previous analysis from Q3', 'task_2'] }),
    ]);
    assert.ok(graph.ok);
    assert.deepEqual(graph.tasks[2]?.sources, [
      { type: 'output', taskId: 'task_1' },
      { type: 'text', text: 'Previous analysis from Q3' },
      { type: 'output', taskId: 'task_2' },
    ]);
  });

  it('refuses a task that names a later one, or itself, and says where', () => {
    for (const context of [['b'], ['late'], ['a']]) {
      const graph = planTasks([task('a', { context: ['text', ...context] }), task('b', { name: 'late' })]);
      assert.partialDeepStrictEqual(graph, { ok: false, index: 0, entry: 1 });
    }
  });

  it('refuses two tasks of one name', () => {
    const graph = planTasks([task('a', { name: 'x' }), task('b'), task('c', { name: 'x' })]);
    assert.partialDeepStrictEqual(graph, { ok: false, index: 2, entry: undefined });
  });

  it('has no circle whatever tasks say: each waits only for what stands before it', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const crew = fc.tuple(
      ...ids.map((id) =>
        fc
          .record({
            context: fc.option(fc.array(fc.constantFrom(...ids, 'some text')), { nil: undefined }),
            async: fc.boolean(),
          })
          .map((fields) => task(id, fields)),
      ),
    );
    fc.assert(
      fc.property(crew, (tasks) => {
        const graph = planTasks(tasks);
        if (!graph.ok) {
          const entry = tasks[graph.index]?.context?.[graph.entry ?? -1] ?? '';
          assert.ok(ids.indexOf(entry) >= graph.index);
          return;
        }
        for (const [index, planned] of graph.tasks.entries()) {
          for (const need of planned.needs) assert.ok(ids.indexOf(need) < index);
          assert.equal(new Set(planned.needs).size, planned.needs.length);
        }
      }),
    );
  });
});
