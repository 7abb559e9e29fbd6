import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { endOf, startJob } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const AGENTS = `
researcher:
  role: >
    {topic} Senior Researcher
  goal: >
    Find what is new about {topic}
  backstory: >
    You like to dig: deep, and
    in the right place.
  verbose: true
  allow_delegation: false
  tools:
    - SerperDevTool
    - SomeUnknownTool
reporting_analyst:
  role: Reporting Analyst
  goal: Make reports
  backstory: Exact
  llm: gpt-99-ultra
  max_iter: 7
`;
const TASKS = `
research_task:
  description: >
    Research {topic}
  expected_output: Ten points
  agent: researcher
side_task:
  description: Look left and right
  expected_output: A note
  agent: researcher
  async_execution: true
  context: []
reporting_task:
  description: Write it up
  expected_output: A report
  agent: reporting_analyst
  context:
    - research_task
  output_file: report.md
  guardrail: Must have ten points
  guardrail_max_retries: 2
  human_input: false
`;
/** As projects have it: who does what stands in the program, not in the files. */
const BARE_AGENTS = `
scout:
  role: Kettle scout
  goal: Find kettles
  backstory: Has seen many
critic:
  role: Kettle critic
  goal: Judge kettles
  backstory: Has burnt a tongue
`;
const BARE_TASKS = `
look_task:
  description: Look around for {topic}
  expected_output: A list
judge_task:
  description: Let the critic judge what was found
  expected_output: A verdict
tell_task:
  description: Tell it
  expected_output: A line
`;
const PROGRAM = `
from crewai import Agent, Crew, Process, Task
search = SerperDevTool()

@CrewBase
class KettleCrew():
    agents_config = 'config/agents.yaml'
    tasks_config = 'config/tasks.yaml'
    llm = LLM(model="gpt-99-ultra", temperature=0.1)

    @agent
    def finder(self) -> Agent:
        return Agent(
            config=self.agents_config['scout'],
            llm=self.llm,
            tools=[search, OvenTool(heat=[1, 2]), *kit.get_tools()],
            max_iter=4, verbose=True, system_template="""Say: "(""",
        )

    @agent
    def critic(self) -> Agent:
        # tools=[FileReadTool()]
        return Agent(config=self.agents_config['critic'], llm="sandbox", allow_delegation=True)

    @task
    def look_task(self) -> Task:
        return Task(config=self.tasks_config['look_task'], agent=self.finder(), async_execution=True)

    @task
    def judge_task(self) -> Task:
        return Task(
            config=self.tasks_config['judge_task'],
            agent=self.critic(),
            context=[self.look_task()],
            human_input=True,
            output_pydantic=Verdict,
            guardrail=is_fair,
        )

    @task
    def tell(self) -> Task:
        return Task(config=self.tasks_config['tell_task'], agent=self.finder(), context=earlier, output_file='tips.md')

    @agent
    def ghost(self) -> Agent:
        return Agent(role='Ghost')

    @crew
    def crew(self) -> Crew:
        return Crew(
            agents=self.agents,
            tasks=self.tasks,
            process=Process.sequential,
            memory=True,
            knowledge_sources=[manual],
            planning=False,
        )
`;
const CREW = `{
  // Comments and trailing commas are allowed.
  "name": "Desk",
  "agents": ["writer"],
  "tasks": [
    {"name": "write", "description": "Write about {topic}", "expected_output": "A line", "agent": "writer"},
    {"name": "maybe", "type": "ConditionalTask", "description": "Mend", "agent": "writer", "context": ["write"]},
  ],
  "process": "hierarchical",
  "manager_llm": "sandbox",
  "inputs": {"topic": "tea"},
  "planning": true,
}`;
const WRITER = `{"role": "Writer", "goal": "Old", "backstory": "B", "llm": "sandbox", "settings": {"goal": "New", "max_rpm": 3,},}`;

describe('crews of other tools', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());
  const importFiles = (files: object, options: object = { model: 'sandbox' }) =>
    test.owner.call('POST', '/crews/import', { files, ...options });

  it('agents.yaml and tasks.yaml make a crew that runs; what is not supported is listed', async () => {
    const made = await importFiles({ 'config/agents.yaml': AGENTS, 'config/tasks.yaml': TASKS });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(at(made.body, 'unsupported'), [
      "agents.reporting_analyst.llm: 'gpt-99-ultra' can not be called here; 'sandbox' was taken instead",
      "agents.researcher.tools: 'SomeUnknownTool' was not carried over; there is no such tool here",
      "agents.researcher.tools: 'web_search' was taken instead of 'SerperDevTool'",
      'agents.researcher.verbose: not carried over',
      'tasks.reporting_task.output_file: not carried over',
    ]);
    const crew = await test.owner.call('GET', `/crews/${made.field('id')}`);
    assert.partialDeepStrictEqual(crew.body, {
      process: 'sequential',
      agents: [
        {
          name: 'researcher',
          role: '{topic} Senior Researcher',
          backstory: 'You like to dig: deep, and in the right place.',
          tools: ['web_search'],
          model: 'sandbox',
        },
        { name: 'Reporting Analyst', max_steps: 7 },
      ],
      tasks: [
        { name: 'research_task', context: null, async: false },
        { name: 'side_task', context: [], async: true },
        {
          name: 'reporting_task',
          context: ['research_task'],
          guardrail: 'Must have ten points',
          max_retries: 2,
        },
      ],
    });
    const job = await startJob(test.owner, made.field('id'), { topic: 'tea' });
    const done = await endOf(test.owner, job);
    assert.equal(done.field('status'), 'completed', done.text);
    assert.equal(at(done.body, 'tasks_output.0.agent'), 'researcher');
  });

  it('crew.jsonc and its agents make a crew; settings win', async () => {
    const made = await importFiles({ 'crew.jsonc': CREW, 'agents/writer.jsonc': WRITER }, {});
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(at(made.body, 'unsupported'), [
      'agents.writer.max_rpm: not carried over',
      'crew.planning: not carried over',
      'tasks.maybe.type: not carried over',
    ]);
    const crew = await test.owner.call('GET', `/crews/${made.field('id')}`);
    assert.partialDeepStrictEqual(crew.body, {
      name: 'Desk',
      process: 'hierarchical',
      configuration: { manager_model: 'sandbox', inputs: { topic: 'tea' } },
      agents: [{ role: 'Writer', goal: 'New' }],
      tasks: [{ name: 'write' }, { name: 'maybe', context: ['write'] }],
    });
  });

  it('crew.py says who does what with what, and is read without being run', async () => {
    const files = { 'config/agents.yaml': BARE_AGENTS, 'config/tasks.yaml': BARE_TASKS, 'crew.py': PROGRAM };
    const imported = await test.owner.call('POST', '/crews/import', { files, model: 'sandbox' });
    assert.equal(imported.status, 201, imported.text);
    assert.deepEqual(at(imported.body, 'unsupported'), [
      'agents.critic.allow_delegation: not carried over',
      'agents.ghost: not carried over; the program has it, the files do not',
      "agents.scout.llm: 'gpt-99-ultra' can not be called here; 'sandbox' was taken instead",
      'agents.scout.system_template: not carried over',
      "agents.scout.tools: 'OvenTool' was not carried over; there is no such tool here",
      "agents.scout.tools: 'get_tools' was not carried over; there is no such tool here",
      "agents.scout.tools: 'web_search' was taken instead of 'SerperDevTool'",
      'agents.scout.verbose: not carried over',
      'crew.knowledge_sources: not carried over',
      'tasks.judge_task.guardrail: not carried over; give the task a rule in words',
      "tasks.judge_task.output: the class 'Verdict' was not carried over; give the task an output_schema",
      'tasks.tell_task.context: not carried over; what all earlier tasks said was taken instead',
      'tasks.tell_task.output_file: not carried over',
    ]);
    const { body } = await test.owner.call('GET', `/crews/${imported.field('id')}`);
    const [scout, critic] = [at(body, 'agents.0.id'), at(body, 'agents.1.id')];
    assert.partialDeepStrictEqual(body, {
      process: 'sequential',
      agents: [{ tools: ['web_search'], max_steps: 4 }, { tools: [] }],
      tasks: [
        { name: 'look_task', agent_id: scout, async: true },
        { name: 'judge_task', agent_id: critic, context: ['look_task'], human_input: true },
        { name: 'tell_task', agent_id: scout },
      ],
      configuration: { memory: true },
    });
  });

  it('a task for which the files name nobody is given to somebody who suits it, and that is told', async () => {
    const files = { 'agents.yaml': BARE_AGENTS, 'tasks.yaml': BARE_TASKS };
    const imported = await test.owner.call('POST', '/crews/import', { files, model: 'sandbox' });
    assert.equal(imported.status, 201, imported.text);
    const said = at(imported.body, 'unsupported');
    assert.ok(Array.isArray(said) && said.length === 3);
    assert.match(
      String(said[0]),
      /^tasks\.judge_task\.agent: the files say nobody; 'critic' was taken instead/,
    );
    const jobId = await startJob(test.owner, imported.field('id'), { topic: 'kettles' });
    assert.equal((await endOf(test.owner, jobId)).field('status'), 'completed');
    const managed = { files, model: 'sandbox', process: 'hierarchical' };
    assert.deepEqual(at((await test.owner.call('POST', '/crews/import', managed)).body, 'unsupported'), []);
  });

  it('what is of another kind, or more than may be, is told', async () => {
    const made = await importFiles({
      'crew.jsonc': JSON.stringify({
        name: 'Odd',
        agents: ['a'],
        memory: { provider: 'mem0' },
        inputs: ['topic'],
        process: 'consensual',
        tasks: [
          { name: 'one', description: 'x' },
          { name: 'two', description: 'y', context: 'one', async_execution: 'yes', max_retries: 99 },
        ],
      }),
      'agents/a.jsonc': JSON.stringify({
        ...{ role: 'A', goal: 'g', backstory: 'b', tools: 'SerperDevTool', max_iter: 500 },
        llm: { model: 'sandbox', temperature: 0.5, base_url: 'http://localhost' },
      }),
    });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(at(made.body, 'unsupported'), [
      'agents.a.llm.base_url: not carried over',
      'agents.a.max_iter: 500 is more than may be; 50 was taken instead',
      "agents.a.tools: 'web_search' was taken instead of 'SerperDevTool'",
      'crew.inputs: not carried over; it is no object of values by name',
      'crew.memory: not carried over; only true and false are',
      "crew.process: 'consensual' is none of Muster's; 'sequential' was taken instead",
      'tasks.two.async_execution: not carried over; only true and false are',
      'tasks.two.guardrail_max_retries: 99 is more than may be; 10 was taken instead',
    ]);
    const { body } = await test.owner.call('GET', `/crews/${made.field('id')}`);
    assert.partialDeepStrictEqual(body, {
      agents: [{ tools: ['web_search'], max_steps: 50 }],
      tasks: [{ name: 'one' }, { name: 'two', context: ['one'] }],
    });
  });

  it('says where files are wrong', async () => {
    const wrong = [
      [{ 'notes.txt': 'x' }, 'files'],
      [{ 'agents.yaml': 'a: [', 'tasks.yaml': TASKS }, 'files.agents.yaml'],
      [{ 'agents.yaml': 'a: &x 1\na: 2', 'tasks.yaml': TASKS }, 'files.agents.yaml'],
      [{ 'agents.yaml': 'a: &a [*a]', 'tasks.yaml': TASKS }, 'files.agents.yaml'],
      [
        { 'agents.yaml': `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'tasks.yaml': TASKS },
        'files.agents.yaml',
      ],
      [{ 'crew.jsonc': `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}` }, 'files.crew.jsonc'],
      [{ 'crew.jsonc': '{"name": }' }, 'files.crew.jsonc'],
      [{ 'crew.jsonc': '{"agents": ["ghost"]}' }, 'files.crew.jsonc.agents'],
      [{ 'agents.yaml': AGENTS, 'tasks.yaml': 't: {description: x, agent: ghost}' }, 'tasks.t.agent'],
      [{ 'agents.yaml': '{}', 'tasks.yaml': TASKS }, 'agents'],
    ] as const;
    for (const [files, field] of wrong) assertInvalid(await importFiles(files), field);
    const unnamed = await importFiles({ 'agents.yaml': AGENTS, 'tasks.yaml': TASKS }, {});
    assertInvalid(unnamed, 'agents.researcher.llm');
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
      .join('\n')}`;
    assertInvalid(await importFiles({ 'agents.yaml': bomb, 'tasks.yaml': TASKS }), 'files.agents.yaml');
  });

  it('reserved keys in files reach nothing', async () => {
    const evil =
      '{"__proto__": {"polluted": true}, "agents": ["writer"], "tasks": [], "constructor": {"x": 1}}';
    const made = await importFiles({ 'crew.jsonc': evil, 'agents/writer.jsonc': WRITER });
    assert.equal(made.status, 201, made.text);
    assert.equal(at({}, 'polluted'), undefined);
  });

  it('a round trip loses nothing that both know', async () => {
    const text = fc.stringMatching(/^[A-Za-z{}:'"#%*&!|> \n-]{0,40}[a-z]$/).map((value) => value.trim());
    const name = (prefix: string, index: number) => `${prefix}_${index}`;
    const agent = fc.record({
      called: fc.constantFrom('agent', 'Senior_Editor', 'senior editor'),
      role: fc.oneof(text, fc.constantFrom('Senior Editor 0', 'senior_editor_1')),
      goal: text,
      backstory: text,
      max_steps: fc.integer({ min: 1, max: 50 }),
    });
    const task = fc.record({
      description: text,
      expected_output: text,
      async: fc.boolean(),
      human_input: fc.boolean(),
      guardrail: fc.option(text),
      max_retries: fc.integer({ min: 0, max: 10 }),
      agent: fc.nat(1),
      needs: fc.option(fc.array(fc.nat(2), { maxLength: 3 })),
    });
    const crew = fc.record({
      agents: fc.tuple(agent, agent),
      tasks: fc.tuple(task, task, task),
      process: fc.constantFrom('sequential', 'hierarchical'),
    });
    const shape = async (id: string) => {
      const { body } = await test.owner.call('GET', `/crews/${id}`);
      const pick = (list: unknown, fields: readonly string[]) =>
        (Array.isArray(list) ? list : []).map((one) =>
          Object.fromEntries(fields.map((key) => [key, at(one, key)])),
        );
      const agents = at(body, 'agents');
      const ids = (Array.isArray(agents) ? agents : []).map((one) => at(one, 'id'));
      return {
        agents: pick(agents, ['name', 'role', 'goal', 'backstory', 'model', 'tools', 'max_steps']),
        tasks: pick(at(body, 'tasks'), [
          ...['name', 'description', 'expected_output', 'context', 'async', 'human_input', 'guardrail'],
          ...['max_retries', 'output_schema', 'tools'],
        ]),
        owners: pick(at(body, 'tasks'), ['agent_id']).map(({ agent_id }) => ids.indexOf(agent_id)),
        process: at(body, 'process'),
      };
    };
    await fc.assert(
      fc.asyncProperty(crew, fc.constantFrom('yaml', 'jsonc'), async (given, format) => {
        const made = await test.owner.call('POST', '/crews', {
          name: 'Round trip',
          process: given.process,
          agents: given.agents.map(({ called, ...one }, index) => ({
            ...one,
            name: name(called, index),
            model: 'sandbox',
            tools: ['calculator'],
          })),
          tasks: given.tasks.map(({ needs, ...one }, index) => ({
            ...one,
            name: name('task', index),
            output_schema: { type: 'object' },
            context:
              needs && [...new Set(needs.filter((need) => need < index))].map((need) => name('task', need)),
          })),
        });
        assert.equal(made.status, 201, made.text);
        const exported = await test.owner.call('GET', `/crews/${made.field('id')}/export?format=${format}`);
        assert.equal(exported.status, 200, exported.text);
        const again = await importFiles(Object(at(exported.body, 'files')), { process: given.process });
        assert.equal(again.status, 201, again.text);
        assert.deepEqual(at(again.body, 'unsupported'), []);
        assert.deepEqual(await shape(again.field('id')), await shape(made.field('id')));
      }),
      { numRuns: 30 },
    );
  });

  it('an export says what the files can not', async () => {
    const made = await test.owner.call('POST', '/crews', {
      name: 'Rich',
      process: 'hierarchical',
      max_cost_usd: 1,
      agents: [{ role: 'Writer', goal: 'g', model: 'sandbox', instructions: 'Own words', temperature: 0.5 }],
      tasks: [{ name: 'write', description: 'x', context: ['only text'], timeout_s: 60 }],
    });
    const exported = await test.owner.call('GET', `/crews/${made.field('id')}/export?format=yaml`);
    assert.deepEqual(at(exported.body, 'unsupported'), [
      'agents.writer.instructions',
      'tasks.write.timeout_s',
      'tasks.write.context.0',
      'crew.max_cost_usd',
      'crew.process',
    ]);
    assertError(await test.owner.call('GET', '/crews/crew_none/export'), 404, 'NOT_FOUND');
    assertInvalid(await test.owner.call('GET', `/crews/${made.field('id')}/export?format=toml`), 'format');
  });
});
