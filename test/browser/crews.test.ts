import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertAccessible, assertFits, type ConsoleTest, hold, loseSave, startConsole } from './browser.ts';
import { LAUNCH, makeCrew, startRun } from './seed-crews.ts';

describe('crews in the console', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  const read = async (id: string) => (await console.test.owner.call('GET', `/crews/${id}`)).body;
  const idOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const save = async (page: Page) => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
  };
  const dot = (page: Page, kind: 'agent' | 'task', title: string, id: string) =>
    page
      .locator(`.react-flow__node-${kind}`)
      .filter({ has: page.locator('p:first-of-type').getByText(title, { exact: true }) })
      .locator(`[data-handleid="${id}"]`);
  /** Draws a line by the mouse, from the dot of one node to that of another. */
  async function draw(page: Page, from: ReturnType<typeof dot>, to: ReturnType<typeof dot>) {
    await from.hover();
    await page.mouse.down();
    await to.hover();
    await page.mouse.up();
  }

  /** A crew that is not saved yet, of one agent and one task, with the form of the task open. */
  async function beginCrew(typed: { readonly name: string; readonly role: string; readonly task: string }) {
    const page = await console.openSignedIn('/crews/new');
    await page.getByLabel('Name').fill(typed.name);
    await page.getByRole('button', { name: /^New agent/ }).click();
    await page.getByLabel('Role').fill(typed.role);
    await page.getByRole('button', { name: 'Crew', exact: true }).click();
    await page.getByRole('button', { name: /^New task/ }).click();
    await page.getByLabel('What is to be done').fill(typed.task);
    return page;
  }

  it('one is made with an agent and two tasks, and run with the inputs that its tasks ask for', async () => {
    const page = await console.openSignedIn('/crews');
    await page.getByText('No crew yet').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'New crew' }).click();
    await page.getByLabel('Name').fill('Copy desk');
    await page.getByRole('button', { name: /^New agent/ }).click();
    await page.getByLabel('Role').fill('Writer');
    await page.getByLabel('Goal').fill('Write about {product}');
    await page.getByRole('button', { name: 'Crew', exact: true }).click();
    await page.getByRole('button', { name: /^New task/ }).click();
    await page.getByLabel('What is to be done').fill('Describe {product}.');
    await page.getByRole('button', { name: 'Crew', exact: true }).click();
    await page.getByRole('button', { name: 'Add task' }).click();
    await assertAccessible(page);
    // What the server refuses stands at its field, and nothing that was typed is gone, also after a reload.
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('textarea[name="description"][aria-invalid]').waitFor();
    await page.reload();
    await page.getByRole('button', { name: /^Describe/ }).waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), 'Copy desk');
    await page.getByRole('button', { name: /^New task/ }).click();
    await page.getByLabel('What is to be done').fill('Shorten it.');
    await page.getByRole('checkbox', { name: /^Output of Describe/ }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'The outputs of all tasks' }).uncheck();
    assert.ok(await page.getByRole('checkbox', { name: /^Output of Describe/ }).isChecked());
    await save(page);
    await page.getByRole('heading', { level: 1, name: 'Copy desk' }).waitFor();
    const crew = await read(idOf(page));
    assert.equal(at(crew, 'agents.0.role'), 'Writer');
    assert.equal(at(crew, 'tasks.1.description'), 'Shorten it.');
    assert.deepEqual(at(crew, 'tasks.1.context'), [at(crew, 'tasks.0.name')]);

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByLabel('product').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText(/the crew has the placeholder \{product\}/).waitFor();
    await page.getByRole('dialog').getByLabel('product').fill('a kettle');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'Run of Copy desk' }).waitFor();
    await page.getByText('completed').first().waitFor();
  });

  it('lines drawn from task to task pass outputs on, and from an agent to a task give it to the agent', async () => {
    const id = await makeCrew(console.test.owner);
    const page = await console.openSignedIn(`/crews/${id}`);
    const pass = (from: string, to: string) =>
      draw(page, dot(page, 'task', from, 'out'), dot(page, 'task', to, 'in'));
    // A line that is there has moved the tasks: the next one is drawn between the places they have then.
    const isPassed = (from: string, to: string) =>
      page.getByRole('img', { name: `“${to}” is given the output of “${from}”.` }).waitFor();
    await pass('audience', 'final');
    await isPassed('audience', 'final');
    // Against the order: research moves behind audience.
    await pass('audience', 'research');
    await isPassed('audience', 'research');
    // It would close a circle, and is not taken.
    await pass('final', 'audience');
    await draw(page, dot(page, 'agent', 'Editor', 'does'), dot(page, 'task', 'draft', 'agent'));
    await page.getByText('unsaved changes').waitFor();
    await page.getByLabel('{product}').fill('kettle');
    await save(page);
    const crew = await read(id);
    assert.deepEqual(at(crew, 'configuration.inputs'), { product: 'kettle' });
    const tasks = at(crew, 'tasks');
    assert.ok(Array.isArray(tasks));
    const found = new Map(tasks.map((task) => [String(at(task, 'name')), task]));
    assert.deepEqual([...found.keys()], ['audience', 'research', 'draft', 'final']);
    assert.deepEqual(at(found.get('final'), 'context'), ['draft', 'audience']);
    assert.deepEqual(at(found.get('research'), 'context'), ['audience']);
    assert.deepEqual(at(found.get('audience'), 'context'), []);
    assert.equal(at(found.get('draft'), 'agent_id'), at(crew, 'agents.2.id'));
    await assertAccessible(page);
    await page.getByRole('img', { name: '“final” is given the output of “draft”.' }).click();
    await page.getByRole('button', { name: 'Remove the line' }).click();
    await page.getByText('unsaved changes').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('unsaved changes').waitFor({ state: 'hidden' });
    assert.deepEqual(at(await read(id), 'tasks.3.context'), ['audience']);
  });

  it('the second of two people who save is told, sees what the first did, and keeps both', async () => {
    const { owner } = console.test;
    const id = await makeCrew(owner);
    const tasks = at(await read(id), 'tasks');
    assert.ok(Array.isArray(tasks));
    const page = await console.openSignedIn(`/crews/${id}`);
    await page.getByLabel('Name').fill('Mine');
    await page
      .getByRole('button', { name: /^draft/ })
      .last()
      .click();
    await page.getByLabel('What is to be done').fill('My paragraph.');
    const theirs = tasks.map((task, index) => ({
      ...{ id: task.id, name: task.name, agent_id: task.agent_id, context: task.context },
      description: index === 2 ? 'Their paragraph.' : task.description,
      ...(index === 3 && { expected_output: 'One line' }),
    }));
    const added = { name: 'proofread', description: 'Look for mistakes.', agent: 'Editor' };
    const change = { description: 'Theirs', tasks: [...theirs, added] };
    assert.equal((await owner.call('PUT', `/crews/${id}`, change)).status, 200);

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Somebody else has saved this crew' });
    await dialog.getByRole('heading', { name: 'Task “final”: What the result looks like' }).waitFor();
    await dialog.getByRole('heading', { name: 'Task “proofread”' }).waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Back to editing' }).click();
    assert.equal(at(await read(id), 'name'), LAUNCH.name, 'nothing was overwritten');
    assert.equal(await page.getByLabel('What is to be done').inputValue(), 'My paragraph.');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('group', { name: /^Task “draft”: What is to be done/ }).waitFor();
    await dialog.getByRole('button', { name: 'Save both changes' }).click();
    await page.getByText('With what they had changed.').waitFor();
    const merged = await read(id);
    assert.deepEqual(
      ['name', 'description', 'tasks.2.description', 'tasks.3.expected_output', 'tasks.4.name'].map((path) =>
        at(merged, path),
      ),
      ['Mine', 'Theirs', 'My paragraph.', 'One line', 'proofread'],
    );
    await page.getByText('unsaved changes').waitFor({ state: 'hidden' });
  });

  it('what is typed while a save is on its way stays, and a save whose reply was lost is no conflict', async () => {
    const page = await beginCrew({ name: 'Press', role: 'Printer', task: 'Print.' });
    const made = await hold(page, 'POST', '**/api/v1/crews');
    await page.keyboard.press('Control+s');
    await made.asked;
    await page.getByLabel('What is to be done').fill('Print it well.');
    made.go();
    await page.waitForURL(/crews\/crew_/);
    const id = idOf(page);
    await page.getByText('unsaved changes').waitFor();
    assert.equal(at(await read(id), 'tasks.0.description'), 'Print.');
    await page
      .getByRole('button', { name: /^Print it well/ })
      .last()
      .click();
    await page.keyboard.press('Control+s');
    await page.getByText('unsaved changes').waitFor({ state: 'hidden' });
    assert.equal(at(await read(id), 'tasks.0.description'), 'Print it well.');

    await page.getByLabel('What is to be done').fill('Print it twice.');
    await loseSave(page, 'PUT', '**/api/v1/crews/*');
    await page.getByLabel('What the result looks like').fill('Two sheets');
    await page.keyboard.press('Control+s');
    await page.getByText('unsaved changes').waitFor({ state: 'hidden' });
    assert.equal(at(await read(id), 'tasks.0.description'), 'Print it twice.');
    assert.equal(at(await read(id), 'tasks.0.expected_output'), 'Two sheets');
    assert.equal(at(await read(id), 'tasks.1'), undefined);
    assert.equal(at((await console.test.owner.call('GET', '/crews?q=Press')).body, 'total'), 1);
  });

  it('a new one that is corrected after the reply to its save was lost is made once, as corrected', async () => {
    const page = await beginCrew({ name: 'Bindery', role: 'Binder', task: 'Bnid.' });
    await loseSave(page, 'POST', '**/api/v1/crews');
    await page.getByLabel('What is to be done').fill('Bind.');
    await page.keyboard.press('Control+s');
    await page.waitForURL(/crews\/crew_/);
    assert.equal(at(await read(idOf(page)), 'tasks.0.description'), 'Bind.');
    assert.equal(at(await read(idOf(page)), 'tasks.1'), undefined);
    assert.equal(at((await console.test.owner.call('GET', '/crews?q=Bindery')).body, 'total'), 1);
    await page.getByText('unsaved changes').waitFor({ state: 'hidden' });
  });

  it('files of CrewAI are imported, and the crew goes out as such files again', async () => {
    const page = await console.openSignedIn('/crews');
    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a crew' });
    const file = (name: string, text: string) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    await dialog.getByLabel(/Drop the files here/).setInputFiles([file('notes.txt', 'x')]);
    await dialog.getByText('notes.txt is neither YAML nor JSONC').waitFor();
    await dialog
      .getByLabel(/Drop the files here/)
      .setInputFiles([
        file('agents.yaml', 'scout:\n  role: Scout\n  goal: Look\n  backstory: Sharp eyes\n'),
        file(
          'tasks.yaml',
          'look:\n  description: Look at {place}\n  expected_output: A list\n  agent: scout\n',
        ),
      ]);
    await dialog.getByText('tasks.yaml').last().waitFor();
    await dialog.getByLabel('Name').fill('Scouts');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('Choose one: agents.scout.llm names no model that there is here.').waitFor();
    await dialog.getByRole('combobox', { name: /^Model for agents/ }).click();
    await page.getByRole('combobox', { name: /^Search: Model for agents/ }).fill('sand');
    await page.getByRole('option', { name: /^sandbox/ }).click();
    await page.getByRole('option').first().waitFor({ state: 'hidden' });
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scouts' }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Export' }).click();
    await page.getByRole('region', { name: 'agents.yaml' }).getByText('Scout').first().waitFor();
    await assertAccessible(page);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save tasks.yaml' }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), 'tasks.yaml');
  });

  it('its memory is shown with where it comes from, and forgotten when that is confirmed', async () => {
    const { owner } = console.test;
    const id = await makeCrew(owner, { ...LAUNCH, memory: true });
    await endOf(owner, await startRun(owner, id, { product: 'tea' }));
    const page = await console.openSignedIn(`/crews/${id}`);
    await page.getByRole('tab', { name: 'Memory' }).click();
    await page.getByRole('link', { name: 'this run' }).first().waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Forget everything' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Forget' }).click();
    await page.getByText('Nothing to remember yet').waitFor();
    const memory = await owner.call('GET', `/memory/${id}`);
    assert.deepEqual(memory.body, { short_term: [], long_term: [] });
  });

  it('a crew with a name and nothing else is not saved, and each form says what it lacks', async () => {
    const page = await console.openSignedIn('/crews/new');
    await page.getByLabel('Name').fill('Only a name');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Its name must be given, or a role to take it from').waitFor();
    assert.equal(await page.getByLabel('Role').getAttribute('aria-invalid'), 'true');
    await assertAccessible(page);
    await page.getByLabel('Role').fill('Clerk');
    assert.equal(await page.getByText('Its name must be given').count(), 0);
    // A mistake in what the form does not have.
    const details = { field: 'agents.0.max_steps', reason: 'must be lower' };
    const error = { code: 'VALIDATION_ERROR', message: 'agents.0.max_steps must be lower', details };
    const refuse = (route: Route) => route.fulfill({ status: 400, json: { error } });
    await page.route('**/api/v1/crews', refuse, { times: 1 });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').getByText('agents.0.max_steps must be lower').waitFor();
    assert.equal(await page.getByLabel('Role').getAttribute('aria-invalid'), null);
  });

  it('on a phone nothing is wider than the screen, and who may only look changes nothing', async () => {
    const id = await makeCrew(console.test.owner);
    const viewer = await console.test.addPerson(console.test.owner, 'viewer');
    const page = await console.openSignedIn(
      `/crews/${id}`,
      {
        viewport: { width: 375, height: 700 },
        colorScheme: 'dark',
      },
      viewer.email,
    );
    await page.getByRole('button', { name: /^draft/ }).click();
    assert.ok(await page.getByLabel('What is to be done').isDisabled());
    assert.equal(await page.getByRole('button', { name: /Save|Run/ }).count(), 0);
    await assertFits(page);
    await assertAccessible(page);
  });
});
