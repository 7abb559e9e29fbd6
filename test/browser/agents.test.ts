import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { at } from '../../src/testing/test-app.ts';
import { assertAccessible, type ConsoleTest, hold, loseSave, startConsole } from './browser.ts';

describe('agents in the console', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('an empty list leads to the first agent, which answers a moment later', async () => {
    const page = await console.openSignedIn('/agents');
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'New agent' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New agent' });
    await dialog.getByLabel('Name').fill('Returns desk');
    await dialog.getByLabel('Instructions').fill('Help with returns.');
    await assertAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'New agent' }).first().click();
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'Returns desk', 'a reload loses nothing');
    await dialog.getByRole('button', { name: 'Create agent' }).click();
    await page.getByRole('heading', { level: 1, name: 'Returns desk' }).waitFor();
    await page.getByLabel('Message').fill('Where is my parcel?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Sandbox: Where is my parcel?').waitFor();
    await page.getByText(/^1 step/).click();
    await page.getByText(/tokens in/).waitFor();
    await assertAccessible(page);
  });

  it('a model that cannot be called is said with its reason, on the page, at the field and in the chat', async () => {
    const id = await console.test.createAgent(console.test.owner, {
      name: 'Mute',
      model: 'anthropic/claude-sonnet-4-5',
    });
    const page = await console.openSignedIn(`/agents/${id}`);
    const why = page.getByText(/Its model cannot be called: there is no key for its provider/);
    await why.nth(1).waitFor();
    const message = page.getByLabel('Message');
    await message.fill('Are you there?');
    await page.reload();
    await why.nth(1).waitFor();
    assert.equal(await message.inputValue(), 'Are you there?', 'a reload loses nothing');
    await page.getByRole('button', { name: 'Send' }).click();
    const refusal = page.getByRole('alert').filter({ hasText: 'It could not answer.' });
    await refusal.getByText(/there is no key/).waitFor();
    assert.doesNotMatch((await refusal.textContent()) ?? '', /POST/);
    await assertAccessible(page);
    await page.reload();
    await why.nth(1).waitFor();
    assert.equal(await message.inputValue(), '', 'what was sent is forgotten');
    await page.getByRole('link', { name: 'Go to Settings, Models' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
  });

  it('a model is chosen from the catalogue with its price, by keyboard', async () => {
    const page = await console.openSignedIn('/agents?new=1');
    const field = page.getByRole('dialog', { name: 'New agent' }).getByRole('combobox', { name: 'Model' });
    await field.press('Enter');
    // Until there is a reply, what does not fit is not there to be taken by Enter.
    const slow = await hold(page, 'GET', '**/api/v1/models?*q=sand*');
    await page
      .getByRole('option', { name: /^(?!sandbox)/ })
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'Search: Model' }).fill('sand');
    await page
      .getByRole('option', { name: /^(?!sandbox)/ })
      .first()
      .waitFor({ state: 'detached' });
    slow.go();
    await page.getByRole('option', { name: /sandbox.*Free/ }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().waitFor({ state: 'detached' });
    assert.equal(await field.textContent(), 'sandbox');
    await page
      .getByRole('dialog')
      .getByText(/^“sandbox” is a free stand-in without AI/)
      .waitFor();
  });

  it('before any models have come, Enter takes nothing; then it takes the one that was typed for', async () => {
    const page = await console.openSignedIn('/agents');
    const all = await hold(page, 'GET', '**/api/v1/models?limit=50');
    const slow = await hold(page, 'GET', '**/api/v1/models?limit=50&q=sand');
    await page.goto('/agents?new=1');
    const field = page.getByRole('dialog', { name: 'New agent' }).getByRole('combobox', { name: 'Model' });
    await field.press('Enter');
    await all.asked;
    const search = page.getByRole('combobox', { name: 'Search: Model' });
    await search.fill('sand');
    await slow.asked;
    await page.getByText('Looking…').waitFor();
    await search.press('Enter');
    await search.waitFor({ state: 'detached' });
    assert.notEqual(await field.textContent(), 'sand');
    slow.go();
    await field.press('Enter');
    await search.fill('sand');
    await page.getByRole('option', { name: /sandbox.*Free/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().waitFor({ state: 'detached' });
    assert.equal(await field.textContent(), 'sandbox');
    all.go();
  });

  it('the chat answers as the unsaved fields say; saving makes a version that calls get', async () => {
    const id = await console.test.createAgent(console.test.owner, { name: 'Clerk' });
    const page = await console.openSignedIn(`/agents/${id}`);
    const question = '[[call calculator {"expression":"6*7"}]]';
    const ask = async () => {
      await page.getByLabel('Message').fill(question);
      await page.getByLabel('Message').press('Enter');
      await page.getByRole('button', { name: 'Send' }).waitFor();
      await page
        .getByText(/tool call/)
        .last()
        .click();
      return page.getByRole('region', { name: 'What calculator answered' }).last().textContent();
    };
    assert.doesNotMatch(String(await ask()), /42/);
    await page.getByRole('checkbox', { name: 'calculator' }).check();
    await page.getByText('Answers as the fields say, saved or not').waitFor();
    assert.match(String(await ask()), /42/);
    assert.deepEqual(at((await console.test.owner.call('GET', `/agents/${id}`)).body, 'tools'), []);
    await page.keyboard.press('Control+s');
    await page.getByText('Saved as version 2').waitFor();
    assert.deepEqual(at((await console.test.owner.call('GET', `/agents/${id}`)).body, 'tools'), [
      'calculator',
    ]);
  });

  it('what the server refuses stands at its field, and nothing typed is lost', async () => {
    const id = await console.test.createAgent(console.test.owner);
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByLabel('Instructions', { exact: true }).last().fill('Long and careful words.');
    await page.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('combobox', { name: 'Search: Model' }).fill('no-such-model');
    await page.getByRole('option', { name: /as typed/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/there is no model/).waitFor();
    await assertAccessible(page);
    await page.reload();
    await page.getByText('Your changes from before are back').waitFor();
    assert.equal(
      await page.getByLabel('Instructions', { exact: true }).last().inputValue(),
      'Long and careful words.',
    );
    await page.getByRole('button', { name: 'Discard changes' }).click();
    assert.equal(await page.getByLabel('Instructions', { exact: true }).last().inputValue(), '');
  });

  it('the second of two people who save is told, sees what the first did, and keeps both', async () => {
    const id = await console.test.createAgent(console.test.owner, {
      name: 'Shared',
      description: 'Old words',
    });
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByLabel('Description').fill('My words');
    await page.getByLabel('Steps in one turn').fill('7');
    await page.getByLabel('Cost of a day').fill('2.5');
    const theirs = { description: 'Their words', instructions: 'Theirs alone', monthly_limit_usd: 30 };
    const other = await console.test.addPerson(console.test.owner, 'editor');
    assert.equal((await other.call('PATCH', `/agents/${id}`, theirs)).status, 200);
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Somebody else has saved this agent' });
    await dialog.getByText('Theirs alone').waitFor();
    await dialog.getByText('Their words').waitFor();
    await dialog.getByText('Cost of a month: their change is taken').waitFor();
    await dialog.getByText(`version 2 was saved by ${other.email}.`).waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Save both changes' }).click();
    await page.getByText('Saved as version 3').waitFor();
    const { body } = await console.test.owner.call('GET', `/agents/${id}`);
    assert.equal(at(body, 'description'), 'My words');
    assert.equal(at(body, 'instructions'), 'Theirs alone');
    assert.equal(at(body, 'max_steps'), 7);
    assert.equal(at(body, 'daily_limit_usd'), 2.5);
    assert.equal(at(body, 'monthly_limit_usd'), 30);
    await page.getByRole('tab', { name: 'Versions' }).click();
    const version = (number: number) => page.getByRole('button', { name: `Version ${number}` });
    await version(2).getByText(other.email).waitFor();
    await version(3).getByText('you', { exact: true }).waitFor();
  });

  it('what is typed while a save is on its way stays, and a save whose reply was lost is no conflict', async () => {
    const id = await console.test.createAgent(console.test.owner, { name: 'Slow' });
    const page = await console.openSignedIn(`/agents/${id}`);
    const read = async (field: string) =>
      at((await console.test.owner.call('GET', `/agents/${id}`)).body, field);
    await page.getByLabel('Description').fill('First');
    const slow = await hold(page, 'PUT', '**/api/v1/agents/*');
    await page.keyboard.press('Control+s');
    await slow.asked;
    await page.getByLabel('Description').fill('Second');
    slow.go();
    await page.getByText('Saved as version 2').waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'Second');
    assert.equal(await read('description'), 'First');
    await loseSave(page, 'PUT', '**/api/v1/agents/*');
    assert.equal(await read('version'), 3);
    await page.getByLabel('Steps in one turn').fill('7');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved as version 4').waitFor();
    assert.equal(await read('description'), 'Second');
    assert.equal(await read('max_steps'), 7);
  });

  it('a version is compared with now, and restored', async () => {
    const id = await console.test.createAgent(console.test.owner, { instructions: 'Be brief.\nBe kind.' });
    await console.test.owner.call('PATCH', `/agents/${id}`, { instructions: 'Be brief.\nBe stern.' });
    const page = await console.openSignedIn(`/agents/${id}?tab=versions`);
    await page.getByText('− Be kind.').waitFor();
    await page.getByText('+ Be stern.').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('Version 1 is back, as version 3').waitFor();
    const { body } = await console.test.owner.call('GET', `/agents/${id}`);
    assert.equal(at(body, 'instructions'), 'Be brief.\nBe kind.');
  });

  it('“Use it” makes a key of this agent alone; the code calls it as it stands', async () => {
    const id = await console.test.createAgent(console.test.owner, { name: 'Called' });
    const page = await console.openSignedIn(`/agents/${id}?tab=use`);
    await page.getByRole('button', { name: 'Make a key' }).click();
    const key = String(await page.getByRole('region', { name: 'the key' }).textContent());
    assert.match(key, /^sk-/);
    const code = String(await page.getByRole('region', { name: 'the curl code' }).textContent());
    assert.ok(code.includes(key) && code.includes(id));
    await assertAccessible(page);
    const [, baseURL] = /curl (\S+)\/chat\/completions/.exec(code) ?? [];
    const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });
    const answer = await client.chat.completions.create({
      model: id,
      messages: [{ role: 'user', content: 'By key' }],
    });
    assert.equal(answer.choices[0]?.message.content, 'Sandbox: By key');
    const other = await console.test.createAgent(console.test.owner);
    await assert.rejects(
      client.chat.completions.create({ model: other, messages: [{ role: 'user', content: 'x' }] }),
      {
        status: 404,
      },
    );
    for (const language of ['JavaScript', 'Python', 'Responses']) {
      await page.getByRole('tab', { name: language }).click();
      assert.ok(
        (await page.getByRole('region', { name: `the ${language} code` }).textContent())?.includes(key),
      );
    }
  });

  it('deletes an agent after asking', async () => {
    const id = await console.test.createAgent(console.test.owner, { name: 'Short-lived' });
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete agent' }).click();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Delete agent' }).click();
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
    assert.equal((await console.test.owner.call('GET', `/agents/${id}`)).status, 404);
  });

  it('viewers may talk to an agent and change nothing', async () => {
    const id = await console.test.createAgent(console.test.owner, { name: 'Looked at' });
    const viewer = await console.test.addPerson(console.test.owner, 'viewer');
    const page = await console.openSignedIn(`/agents/${id}`, {}, viewer.email);
    await page.getByLabel('Message').fill('Hello');
    await page.getByLabel('Message').press('Enter');
    await page.getByText('Sandbox: Hello').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
    await assertAccessible(page);
  });
});
