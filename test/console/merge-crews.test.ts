import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeCrews } from '../../web/src/pages/crew/merge-crews.ts';
import { toBody } from '../../web/src/pages/crew/to-body.ts';
import { agent, crew, task } from './crew-drafts.ts';

const nothing = new Set<string>();
const [writer, editor] = [agent('writer'), agent('editor')];

describe("joining two people's changes to a crew", () => {
  it('brings an agent that is kept against its removal back as it is, with what both have changed of it', () => {
    const base = crew([writer, editor], []);
    const mine = crew([{ ...writer, goal: 'To write well' }, editor], []);
    const newest = crew([editor], []);
    const left = [{ ...writer, backstory: 'Has been around' }];
    const { conflicts, join } = mergeCrews(base, mine, newest, left);
    assert.deepEqual(
      conflicts.map(({ id }) => id),
      ['writer'],
    );
    const kept = join(nothing);
    const back = kept.agents.find(({ id }) => id === 'writer');
    assert.equal(back?.backstory, 'Has been around');
    assert.deepEqual(
      toBody(kept, newest, {}).agents?.find(({ id }) => id === 'writer'),
      { id: 'writer', goal: 'To write well' },
    );
    assert.deepEqual(
      join(new Set(['writer'])).agents.map(({ id }) => id),
      ['editor'],
    );
  });

  it('makes an agent that was deleted anew with everything that it was', () => {
    const base = crew([writer, editor], []);
    const mine = crew([{ ...writer, goal: 'To write well' }, editor], []);
    const newest = crew([editor], []);
    const body = toBody(mergeCrews(base, mine, newest).join(nothing), newest, {});
    assert.deepEqual(
      body.agents?.find(({ role }) => role === writer.role),
      {
        ...{ name: 'The writer', role: 'Role of writer', goal: 'To write well', backstory: '' },
        ...{ instructions: 'Be writer.', model: 'sandbox', tools: ['calculator'], ...writer.rest },
      },
    );
  });

  it('tells which task is no longer given an output that the other has removed', () => {
    const base = crew([writer], [task('research'), task('write')]);
    const mine = crew(
      [writer],
      [task('research'), task('write', { context: [{ task: 'research' }, { text: 'A text' }] })],
    );
    const newest = crew([writer], [task('write')]);
    const { join, looseEnds } = mergeCrews(base, mine, newest);
    assert.deepEqual(join(nothing).tasks[0]?.context, [{ text: 'A text' }]);
    assert.deepEqual(looseEnds(nothing), [
      'The task “write” is no longer given the output of “research”, which was removed.',
    ]);
  });

  it('leaves a task with an agent that has left the crew, and tells so; takes one that is gone from it, and tells so', () => {
    const base = crew([writer, editor], [task('write')]);
    const mine = crew([writer, editor], [task('write', { agent: 'writer' })]);
    const newest = crew([editor], [task('write')]);
    const left = mergeCrews(base, mine, newest, [writer]);
    assert.equal(left.join(nothing).tasks[0]?.agent, 'writer');
    assert.deepEqual(left.looseEnds(nothing), [
      'The task “write” is done by “The writer”, which has left the crew.',
    ]);
    const gone = mergeCrews(base, mine, newest);
    assert.equal(gone.join(nothing).tasks[0]?.agent, null);
    assert.deepEqual(gone.looseEnds(nothing), [
      'The task “write” was done by “The writer”, which is gone: choose who does it.',
    ]);
  });

  it('leaves a task with an agent that never was of the crew', () => {
    const base = crew([writer], [task('write', { agent: 'agent_elsewhere' })]);
    const { join, looseEnds } = mergeCrews(base, base, { ...base, name: 'Another' });
    assert.equal(join(nothing).tasks[0]?.agent, 'agent_elsewhere');
    assert.deepEqual(looseEnds(nothing), []);
  });

  it('puts a task behind those that it builds on where the other has moved them, and tells so', () => {
    const base = crew([writer], [task('a'), task('b'), task('c')]);
    const mine = crew([writer], [task('a'), task('b', { context: [{ task: 'a' }] }), task('c')]);
    const newest = crew([writer], [task('b'), task('c'), task('a')]);
    const { join, looseEnds } = mergeCrews(base, mine, newest);
    assert.deepEqual(
      join(nothing).tasks.map(({ key }) => key),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(looseEnds(nothing), ['The task “b” moves behind the tasks that it builds on.']);
  });

  it('joins what two people did with one agent that both have taken into the crew', () => {
    const joined = { ...editor, joined: editor };
    const base = crew([writer], []);
    const mine = crew([writer, { ...joined, goal: 'Mine' }], []);
    const newest = crew([writer, { ...editor, backstory: 'Theirs' }], []);
    const both = mergeCrews(base, mine, newest).join(nothing).agents[1];
    assert.equal(both?.goal, 'Mine');
    assert.equal(both?.backstory, 'Theirs');
    assert.equal(both?.joined, null);
  });
});
