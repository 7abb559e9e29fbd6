import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACCOUNT, createFixture, OTHER_ACCOUNT, rejectsWith } from './agents.fixture.ts';
import type { AgentInput } from './types.ts';

const FULL: AgentInput = {
  name: 'Researcher',
  description: 'Finds things out',
  instructions: '',
  role: 'Researcher',
  goal: 'Find facts',
  backstory: 'You have read everything.',
  model: 'openai/gpt-4o',
  parameters: { temperature: 0.3, stop: ['END'], reasoningEffort: 'low', maxOutputTokens: 500 },
  tools: ['web_search', 'calculator'],
  knowledge: { mode: 'always', limit: 3 },
  maxSteps: 7,
  maxCostNanoUsd: 9_007_199_254_740_993n,
  crewId: 'crew_mine',
  metadata: { team: 'a' },
};

describe('agents', async () => {
  const fixture = await createFixture();
  const { agents, clock, another } = fixture;
  const create = (input: AgentInput = {}) =>
    agents.createAgent(ACCOUNT, { name: 'A', model: 'sandbox', ...input }, 'user_1');

  it('come back as they were saved, exact to the nano-dollar', async () => {
    const made = await agents.createAgent(ACCOUNT, FULL, 'user_1');
    assert.match(made.id, /^agent_/);
    assert.equal(made.version, 1);
    const { status, ...read } = await another().getAgent(ACCOUNT, made.id);
    assert.deepEqual(read, made);
    assert.equal(status, 'ready');
    for (const [field, value] of Object.entries(FULL)) {
      assert.deepEqual(read[field as keyof typeof read], value, field);
    }
  });

  it('have defaults, and take their name from the role', async () => {
    const made = await agents.createAgent(ACCOUNT, { role: ' Analyst ', model: 'sandbox' }, undefined);
    assert.equal(made.name, 'Analyst');
    assert.deepEqual(
      [made.maxSteps, made.knowledge, made.tools, made.parameters, made.maxCostNanoUsd, made.crewId],
      [10, { mode: 'tool', limit: 5 }, [], {}, undefined, undefined],
    );
  });

  it('are refused with the field named when a value is out of bounds', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);
    const bad: [string, AgentInput][] = [
      ['name', { name: '', role: '' }],
      ['name', { name: 'x'.repeat(201) }],
      ['name', { name: 'a\u0000b' }],
      ['model', { model: '' }],
      ['description', { description: 'x'.repeat(5_001) }],
      ['instructions', { instructions: 'x'.repeat(200_001) }],
      ['parameters.temperature', { parameters: { temperature: 2.1 } }],
      ['parameters.temperature', { parameters: { temperature: Number.NaN } }],
      ['parameters.top_p', { parameters: { topP: -0.1 } }],
      ['parameters.max_output_tokens', { parameters: { maxOutputTokens: 0 } }],
      ['parameters.max_output_tokens', { parameters: { maxOutputTokens: 1.5 } }],
      ['parameters.presence_penalty', { parameters: { presencePenalty: 3 } }],
      ['parameters.frequency_penalty', { parameters: { frequencyPenalty: -3 } }],
      ['parameters.stop', { parameters: { stop: many(17) } }],
      ['parameters.stop.1', { parameters: { stop: ['a', ''] } }],
      ['tools', { tools: many(65) }],
      ['tools.1', { tools: ['calculator', 'calculator'] }],
      ['knowledge.limit', { knowledge: { limit: 0 } }],
      ['max_steps', { maxSteps: 0 }],
      ['max_steps', { maxSteps: 51 }],
      ['max_cost_usd', { maxCostNanoUsd: 0n }],
      ['max_cost_usd', { maxCostNanoUsd: -1n }],
      ['metadata', { metadata: Object.fromEntries(many(17).map((key) => [key, ''])) }],
      ['metadata.a', { metadata: { a: 'x'.repeat(513) } }],
      ['crew_id', { crewId: 'crew_unknown' }],
    ];
    const { total } = await agents.listAgents(ACCOUNT, { page: 1, limit: 1 });
    for (const [field, input] of bad) {
      const error = await rejectsWith(create(input), 'validation_error');
      assert.equal(error.details.field, field, error.message);
    }
    assert.equal((await agents.listAgents(ACCOUNT, { page: 1, limit: 1 })).total, total);
    const largest = await create({ name: 'x'.repeat(200), instructions: 'x'.repeat(200_000), maxSteps: 50 });
    assert.equal((await agents.findCallable(ACCOUNT, largest.id))?.instructions.length, 200_000);
  });

  it('name a model and tools that exist, else the refusal says which are near', async () => {
    const model = await rejectsWith(create({ model: 'gpt-4-o' }), 'validation_error');
    assert.equal(model.details.field, 'model');
    assert.match(model.message, /openai\/gpt-4o/);
    const tool = await rejectsWith(create({ tools: ['calculator', 'websearch'] }), 'validation_error');
    assert.equal(tool.details.field, 'tools.1');
    assert.match(tool.message, /web_search/);
    assert.doesNotMatch(tool.message, /file_reader/);
    const far = await rejectsWith(create({ model: 'zzzzzzzzzz' }), 'validation_error');
    assert.doesNotMatch(far.message, /near/);
  });

  it('merge a change, and null takes a value away', async () => {
    const { id } = await agents.createAgent(ACCOUNT, FULL, 'user_1');
    const changed = await agents.updateAgent(ACCOUNT, id, {
      goal: 'Find more facts',
      parameters: { temperature: null, topP: 0.5 },
      knowledge: { limit: 9 },
      maxCostNanoUsd: null,
      crewId: null,
      backstory: null,
    });
    assert.equal(changed.version, 2);
    assert.deepEqual(changed.parameters, {
      stop: ['END'],
      reasoningEffort: 'low',
      maxOutputTokens: 500,
      topP: 0.5,
    });
    assert.deepEqual(changed.knowledge, { mode: 'always', limit: 9 });
    assert.deepEqual(
      [changed.goal, changed.role, changed.backstory, changed.maxCostNanoUsd, changed.crewId],
      ['Find more facts', 'Researcher', '', undefined, undefined],
    );
    const read = await agents.getAgent(ACCOUNT, id);
    assert.deepEqual({ ...read, parameters: { ...read.parameters } }, changed);
  });

  it('make no version of a save that changes nothing', async () => {
    const made = await agents.createAgent(ACCOUNT, FULL, 'user_1');
    clock.ms += 1_000;
    const same = await agents.updateAgent(ACCOUNT, made.id, { ...FULL, parameters: { stop: ['END'] } });
    assert.deepEqual([same.version, same.updatedAt], [1, made.updatedAt]);
    assert.equal((await agents.updateAgent(ACCOUNT, made.id, {})).version, 1);
    assert.equal((await agents.listVersions(ACCOUNT, made.id, { page: 1, limit: 9 })).total, 1);
  });

  it('guard against overwriting: a save made to an older version is refused', async () => {
    const { id } = await create();
    await agents.updateAgent(ACCOUNT, id, { name: 'B' }, { ifVersion: 1 });
    const error = await rejectsWith(
      agents.updateAgent(ACCOUNT, id, { name: 'C' }, { ifVersion: 1 }),
      'agent_changed',
    );
    assert.equal(error.status, 409);
    await rejectsWith(agents.restoreVersion(ACCOUNT, id, 1, { ifVersion: 1 }), 'agent_changed');
    assert.equal((await agents.getAgent(ACCOUNT, id)).name, 'B');
    const racing = Array.from({ length: 8 }, (_, i) =>
      (i % 2 ? agents : another()).updateAgent(ACCOUNT, id, { name: `racer ${i}` }, { ifVersion: 2 }),
    );
    const results = await Promise.allSettled(racing);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await agents.getAgent(ACCOUNT, id)).version, 3);
  });

  it('lose no save of many at once: each changed field is there, each save is a version', async () => {
    const { id } = await create();
    const elsewhere = another();
    const saves: AgentInput[] = [
      { name: 'Z' },
      { description: 'Z' },
      { instructions: 'Z' },
      { role: 'Z' },
      { goal: 'Z' },
      { backstory: 'Z' },
      { parameters: { temperature: 1 } },
      { parameters: { topP: 1 } },
    ];
    await Promise.all(saves.map((input, i) => (i % 2 ? agents : elsewhere).updateAgent(ACCOUNT, id, input)));
    const { items, total } = await agents.listVersions(ACCOUNT, id, { page: 1, limit: 100 });
    assert.deepEqual(
      items.map(({ version }) => version),
      [9, 8, 7, 6, 5, 4, 3, 2, 1],
    );
    assert.equal(total, 9);
    const { name, description, instructions, role, goal, backstory, parameters } = await agents.getAgent(
      ACCOUNT,
      id,
    );
    assert.deepEqual([name, description, instructions, role, goal, backstory], Array(6).fill('Z'));
    assert.deepEqual({ ...parameters }, { temperature: 1, topP: 1 });
  });

  it('keep every version as it was, with who saved it', async () => {
    const made = await create({ instructions: 'one' });
    clock.ms += 1_000;
    await agents.updateAgent(ACCOUNT, made.id, { instructions: 'two' }, { savedBy: 'user_2' });
    const first = await agents.getVersion(ACCOUNT, made.id, 1);
    assert.deepEqual(
      [first.config.instructions, first.createdBy, first.createdAt],
      ['one', 'user_1', made.createdAt],
    );
    const { items } = await agents.listVersions(ACCOUNT, made.id, { page: 1, limit: 1 });
    assert.deepEqual([items[0]?.version, items[0]?.createdBy, items[0]?.createdAt], [2, 'user_2', clock.ms]);
    for (const missing of [0, 3, -1, 1.5]) {
      await rejectsWith(agents.getVersion(ACCOUNT, made.id, missing), 'agent_version_not_found');
    }
  });

  it('restore an older version as a new one', async () => {
    const made = await create({ instructions: 'one', tools: ['calculator'] });
    await agents.updateAgent(ACCOUNT, made.id, { instructions: 'two', tools: [] });
    const restored = await agents.restoreVersion(ACCOUNT, made.id, 1, { savedBy: 'user_3' });
    assert.deepEqual([restored.version, restored.instructions, restored.tools], [3, 'one', ['calculator']]);
    const [third, first] = await Promise.all([3, 1].map((n) => agents.getVersion(ACCOUNT, made.id, n)));
    assert.deepEqual(third?.config, first?.config);
    assert.equal(third?.createdBy, 'user_3');
    await rejectsWith(agents.restoreVersion(ACCOUNT, made.id, 9), 'agent_version_not_found');
  });

  it('show that their model is gone, can still be edited, and do not come back to a lost tool', async () => {
    const { agents: mine, models, tools } = await createFixture();
    const made = await mine.createAgent(
      ACCOUNT,
      { name: 'A', model: 'openai/gpt-4', tools: ['web_search'] },
      undefined,
    );
    models.delete('openai/gpt-4');
    tools.delete('web_search');
    assert.equal((await mine.getAgent(ACCOUNT, made.id)).status, 'error');
    assert.equal((await mine.listAgents(ACCOUNT, { page: 1, limit: 9 })).items[0]?.status, 'error');
    assert.equal((await mine.updateAgent(ACCOUNT, made.id, { goal: 'Go on' })).version, 2);
    await mine.updateAgent(ACCOUNT, made.id, { tools: [], model: 'sandbox' });
    assert.equal((await mine.getAgent(ACCOUNT, made.id)).status, 'ready');
    const error = await rejectsWith(mine.restoreVersion(ACCOUNT, made.id, 1), 'validation_error');
    assert.equal(error.details.field, 'model');
  });

  it('are found by nothing once deleted, while their rows stay', async () => {
    const { id } = await create();
    await agents.findCallable(ACCOUNT, id);
    await agents.deleteAgent(ACCOUNT, id);
    const attempts = [
      agents.getAgent(ACCOUNT, id),
      agents.updateAgent(ACCOUNT, id, { name: 'B' }),
      agents.deleteAgent(ACCOUNT, id),
      agents.listVersions(ACCOUNT, id, { page: 1, limit: 9 }),
      agents.getVersion(ACCOUNT, id, 1),
      agents.restoreVersion(ACCOUNT, id, 1),
    ];
    await Promise.all(attempts.map((attempt) => rejectsWith(attempt, 'agent_not_found')));
    assert.equal(await agents.findCallable(ACCOUNT, id), undefined);
    assert.ok(!(await agents.listCallable(ACCOUNT)).some((agent) => agent.id === id));
    const { db } = fixture;
    const row = await db.first(db.build.selectFrom('agents').select('name').where('id', '=', id));
    assert.equal(row?.name, 'A');
  });

  it('are listed with their caps whatever characters and escapes their texts have', async () => {
    const { another } = fixture;
    const odd = 'NUL \u0000, half a pair \ud83d, "dailyLimitNanoUsd":"7", \\u0000 \\\\u0000 \\" \\';
    const texts = { instructions: odd, metadata: { note: odd, dailyLimitNanoUsd: '9' } };
    const capped = await create({ ...texts, dailyLimitNanoUsd: 5n });
    const free = await create(texts);
    const ids = new Set([capped.id, free.id]);
    const { items } = await another().listAgents(ACCOUNT, { page: 1, limit: 100 });
    const limits = items
      .filter(({ id }) => ids.has(id))
      .map(({ id, dailyLimitNanoUsd }) => [id === capped.id, dailyLimitNanoUsd] as const);
    assert.deepEqual(
      new Map(limits),
      new Map([
        [true, 5n],
        [false, undefined],
      ]),
    );
    assert.equal((await agents.getAgent(ACCOUNT, free.id)).instructions, odd);
  });

  it('of another account look the same as none', async () => {
    const { id } = await create();
    await agents.findCallable(ACCOUNT, id);
    const attempts = [
      agents.getAgent(OTHER_ACCOUNT, id),
      agents.updateAgent(OTHER_ACCOUNT, id, { name: 'B' }),
      agents.deleteAgent(OTHER_ACCOUNT, id),
      agents.listVersions(OTHER_ACCOUNT, id, { page: 1, limit: 9 }),
      agents.getVersion(OTHER_ACCOUNT, id, 1),
      agents.restoreVersion(OTHER_ACCOUNT, id, 1),
    ];
    await Promise.all(attempts.map((attempt) => rejectsWith(attempt, 'agent_not_found')));
    assert.equal(await agents.findCallable(OTHER_ACCOUNT, id), undefined);
    assert.deepEqual(await agents.listAgents(OTHER_ACCOUNT, { page: 1, limit: 9 }), {
      items: [],
      total: 0,
      page: 1,
    });
    assert.deepEqual(await agents.listCallable(OTHER_ACCOUNT), []);
    assert.equal((await agents.getAgent(ACCOUNT, id)).version, 1);
  });

  it('are listed newest first, by page, crew and part of the name', async () => {
    const { agents: mine, clock: time } = await createFixture();
    for (const name of ['Billing 100%', 'Support', 'support_2']) {
      time.ms += 1;
      const crewId = name === 'Support' ? 'crew_mine' : undefined;
      await mine.createAgent(ACCOUNT, { name, model: 'sandbox', crewId }, undefined);
    }
    const names = async (page: number, filters = {}) =>
      (await mine.listAgents(ACCOUNT, { page, limit: 2 }, filters)).items.map(({ name }) => name);
    assert.deepEqual([await names(1), await names(2)], [['support_2', 'Support'], ['Billing 100%']]);
    assert.deepEqual(await names(1, { search: 'SUPP' }), ['support_2', 'Support']);
    assert.deepEqual(
      await names(1, { search: '%' }),
      ['Billing 100%'],
      'signs of the pattern are plain text',
    );
    assert.deepEqual(await names(1, { search: '_' }), ['support_2']);
    assert.deepEqual(await names(1, { search: "' OR 1=1 --" }), []);
    assert.deepEqual(await names(1, { crewId: 'crew_mine' }), ['Support']);
    const { total, page } = await mine.listAgents(ACCOUNT, { page: 2, limit: 1 }, { search: 'supp' });
    assert.deepEqual([total, page], [2, 2]);
    assert.deepEqual(
      (await mine.listCallable(ACCOUNT)).map(({ name }) => name),
      ['Billing 100%', 'Support', 'support_2'],
    );
  });

  it('are prepared for a batch that makes their crew in the same breath', async () => {
    const { db } = fixture;
    const input = { role: 'Writer', model: 'sandbox', crewId: 'crew_new' };
    await rejectsWith(agents.prepareAgent(ACCOUNT, input, undefined), 'validation_error');
    const { agent, statements } = await agents.prepareAgent(ACCOUNT, input, undefined, {
      crewIsMadeToo: true,
    });
    await rejectsWith(agents.getAgent(ACCOUNT, agent.id), 'agent_not_found');
    await db.write(statements);
    assert.equal((await agents.getAgent(ACCOUNT, agent.id)).crewId, 'crew_new');
  });
});

describe('a callable agent', async () => {
  const { agents, another } = await createFixture();

  it('is the newest version on the very next call, also after a save by another process', async () => {
    const { id } = await agents.createAgent(
      ACCOUNT,
      { name: 'A', model: 'sandbox', instructions: 'one' },
      undefined,
    );
    const first = await agents.findCallable(ACCOUNT, id);
    assert.deepEqual([first?.version, first?.instructions, first?.accountId], [1, 'one', ACCOUNT]);
    await another().updateAgent(ACCOUNT, id, { instructions: 'two' });
    const second = await agents.findCallable(ACCOUNT, id);
    assert.deepEqual([second?.version, second?.instructions], [2, 'two']);
    assert.equal(await agents.findCallable(ACCOUNT, id), second, 'what was parsed once is not parsed again');
  });

  it('speaks from its role, goal and backstory when it has no instructions', async () => {
    const role = { role: 'Analyst', goal: 'find the cause', backstory: 'You worked on submarines.' };
    const made = await agents.createAgent(ACCOUNT, { ...role, model: 'sandbox' }, undefined);
    const { instructions = '' } = (await agents.findCallable(ACCOUNT, made.id)) ?? {};
    for (const text of Object.values(role)) assert.ok(instructions.includes(text));
    await agents.updateAgent(ACCOUNT, made.id, { instructions: 'Only this.' });
    assert.equal((await agents.findCallable(ACCOUNT, made.id))?.instructions, 'Only this.');
    const bare = await agents.createAgent(ACCOUNT, { name: 'Bare', model: 'sandbox' }, undefined);
    assert.equal((await agents.findCallable(ACCOUNT, bare.id))?.instructions, '');
  });

  it('is undefined for what is no agent', async () => {
    for (const id of ['', 'agent_x', 'crew_x', "' OR 1=1 --"]) {
      assert.equal(await agents.findCallable(ACCOUNT, id), undefined);
    }
  });
});
