import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CrewDraft, DraftTask } from '../../web/src/pages/crew/draft.ts';
import { newAgent, newTask } from '../../web/src/pages/crew/draft.ts';
import { isSaved, newKeys, rebaseDraft } from '../../web/src/pages/crew/rebase-draft.ts';
import { toBody } from '../../web/src/pages/crew/to-body.ts';
import { agent, crew, task } from './crew-drafts.ts';

const writer = agent('writer');
const fresh = { ...newAgent('sandbox'), key: 'new-agent', role: 'Editor', goal: 'To edit' };
const blank: DraftTask = { ...newTask('new-agent'), key: 'new-task', description: 'Edit it' };
/** Sent with a new agent and a new task without names, and what the server makes of it. */
const sent = crew(
  [writer, fresh],
  [task('write'), blank, task('print', { context: [{ task: 'new-task' }] })],
);
const saved = crew(
  [writer, agent('agent_1', { name: 'Editor', role: 'Editor', goal: 'To edit', tools: [] })],
  [
    task('write'),
    task('task_1', { name: 'task 2', description: 'Edit it', agent: 'agent_1' }),
    task('print', { context: [{ task: 'task_1' }] }),
  ],
);
const withTask = (draft: CrewDraft, key: string, change: Partial<DraftTask>): CrewDraft => ({
  ...draft,
  tasks: draft.tasks.map((one) => (one.key === key ? { ...one, ...change } : one)),
});

describe('saving a crew', () => {
  it('sends what was changed of an agent that has just joined, and nothing else of it', () => {
    const joined = { ...writer, joined: writer };
    const before = crew([agent('other')], []);
    const bodyOf = (one: typeof joined) => toBody(crew([one], []), before, {}).agents?.[0];
    assert.deepEqual(bodyOf(joined), { id: 'writer' });
    assert.deepEqual(bodyOf({ ...joined, goal: 'Changed', tools: [] }), {
      ...{ id: 'writer', goal: 'Changed', tools: [] },
    });
  });

  it('shows what was saved when nothing has been typed since', () => {
    assert.equal(rebaseDraft(sent, structuredClone(sent), saved), saved);
  });

  it('keeps what has been typed while it was on its way, on top of what was saved', () => {
    const changed = withTask(sent, 'new-task', { description: 'Edit it well' });
    const typed = {
      ...changed,
      name: 'Another name',
      tasks: [...changed.tasks, { ...newTask('new-agent'), key: 'newer', context: [{ task: 'new-task' }] }],
    };
    const now = rebaseDraft(sent, typed, saved);
    assert.equal(now.name, 'Another name');
    assert.deepEqual(now.agents, saved.agents);
    assert.equal(now.tasks.length, 4);
    assert.deepEqual(now.tasks[1], { ...saved.tasks[1], description: 'Edit it well' });
    assert.equal(now.tasks[3]?.agent, 'agent_1');
    assert.deepEqual(now.tasks[3]?.context, [{ task: 'task_1' }]);
    assert.equal(newKeys(sent, saved).get('new-task'), 'task_1');
  });

  it('a task that was removed while it was on its way stays removed', () => {
    const typed = { ...sent, tasks: sent.tasks.filter(({ key }) => key !== 'write') };
    assert.deepEqual(
      rebaseDraft(sent, typed, saved).tasks.map(({ key }) => key),
      ['task_1', 'print'],
    );
  });

  it('knows its own save when the reply to it has not come, and nobody else’s', () => {
    assert.equal(isSaved({ ...sent, name: ' Crew ' }, saved, {}), true);
    assert.equal(isSaved({ ...sent, name: 'Mine' }, saved, {}), false);
    assert.equal(isSaved(withTask(sent, 'new-task', { guardrail: 'Short' }), saved, {}), false);
    assert.equal(isSaved({ ...sent, agents: [writer] }, saved, {}), false);
  });
});
