import assert from 'node:assert/strict';
import type { Person } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';

const agent = (role: string, goal: string) => ({ role, goal, model: 'sandbox' });

/** A crew of three agents and four tasks, two of which run side by side. */
export const LAUNCH = {
  name: 'Launch notes',
  description: 'Researches a product and writes what the newsletter says of it.',
  memory: false,
  agents: [
    agent('Researcher', 'Find what is special about {product}'),
    agent('Writer', 'Write short and plain copy'),
    agent('Editor', 'Leave out what nobody needs'),
  ],
  tasks: [
    {
      name: 'research',
      agent: 'Researcher',
      description: 'List what is special about {product}. [[call calculator {"expression":"6*7"}]]',
      context: [],
    },
    { name: 'audience', agent: 'Researcher', description: 'Who buys {product}?', context: [] },
    { name: 'draft', agent: 'Writer', description: 'Write a paragraph.', context: ['research', 'audience'] },
    { name: 'final', agent: 'Editor', description: 'Shorten it.', context: ['draft'] },
  ],
};

export async function makeCrew(person: Person, fields: object = LAUNCH): Promise<string> {
  const made = await person.call('POST', '/crews', fields);
  assert.equal(made.status, 201, made.text);
  return made.field('id');
}

export async function startRun(person: Person, crewId: string, inputs: object = {}): Promise<string> {
  const started = await person.call('POST', '/executions', { crew_id: crewId, inputs });
  assert.equal(started.status, 202, started.text);
  return started.field('job_id');
}

/** One of each kind: completed, failed, waiting for a person. Gives their ids. */
export async function seedRuns(person: Person) {
  const crewId = await makeCrew(person, {
    ...LAUNCH,
    agents: LAUNCH.agents.map((each) => ({ ...each, tools: ['calculator'] })),
    memory: true,
  });
  const completed = await startRun(person, crewId, { product: 'kettle' });
  await endOf(person, completed);
  const failing = await makeCrew(person, {
    name: 'Night report',
    agents: [agent('Clerk', 'Report')],
    tasks: [
      { name: 'collect', description: 'Collect the figures.' },
      { name: 'report', description: 'Report them. [[fail 400]]' },
    ],
  });
  const failed = await startRun(person, failing);
  await endOf(person, failed);
  const asking = await makeCrew(person, {
    name: 'Answer to a complaint',
    agents: [agent('Agent', 'Answer kindly')],
    tasks: [
      { name: 'answer', description: 'Answer {complaint}', human_input: true },
      { name: 'send', description: 'Send it.' },
    ],
  });
  const waiting = await startRun(person, asking, { complaint: 'My kettle leaks.' });
  const managedCrew = await makeCrew(person, {
    name: 'Managed desk',
    process: 'hierarchical',
    manager_model: 'sandbox',
    memory: false,
    agents: [agent('Writer', 'Write'), agent('Checker', 'Check')],
    tasks: [
      {
        name: 'note',
        description:
          'Write a note. [[call delegate_work {"task":"Draft it","context":"Short","coworker":"Writer"}]] [[say The note]]',
      },
    ],
  });
  const managed = await startRun(person, managedCrew);
  await endOf(person, managed);
  return { crewId, completed, failed, waiting, managedCrew, managed };
}
