import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { createCrew } from '../http/objects.ts';
import { assertAccessible, assertFits, type ConsoleTest, signIn, startConsole } from './browser.ts';
import { recordSpend, recordUsage } from './record-usage.ts';

describe('the usage page', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('without a run says how the log fills', async () => {
    const page = await console.openSignedIn('/usage');
    await page.getByRole('heading', { name: 'No calls in this period' }).waitFor();
    assert.equal(await page.getByText(/in all|by day/).count(), 0, 'no empty charts');
    await page.getByText('$10.00').waitFor();
    await assertAccessible(page);
  });

  it('shows spend, what it is made of, caps with what is left, and the log; the address keeps the filters', async () => {
    const { test } = console;
    const today = new Date().toISOString().slice(0, 10);
    const helper = await test.createAgent(test.owner, { name: 'Helper' });
    const writer = await test.createAgent(test.owner, { name: 'Writer' });
    const key = await test.createKey(test.owner, { name: 'website', daily_limit_usd: 10 });
    await recordUsage(test, test.owner, 30, { agentId: helper, costNanoUsd: 1n });
    await recordUsage(test, test.owner, 2, { agentId: writer, keyId: key.id, model: 'openai/gpt-y' });
    // Of a run that began yesterday more may count today than the log has of today.
    await recordSpend(test, test.owner, key.id, 3_500_000_000n);
    const page = await console.openSignedIn('/usage');
    await page.getByText('$2.50000003 in all.').waitFor();
    await page.getByText('$6.50 left of $10.00 a day').waitFor();
    await page.getByRole('cell', { name: test.owner.email }).first().waitFor();
    await page.getByText('1–25 of 32').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('26–32 of 32').waitFor();
    await page.getByText('The same as a table').click();
    await page.getByRole('cell', { name: today }).waitFor();
    await assertAccessible(page);

    await page.getByLabel('Agent or crew').selectOption('Writer');
    await page.getByText('$2.50 in all.').waitFor();
    await page.reload();
    await page.getByText('$2.50 in all.').waitFor();
    const log = page.getByRole('table', { name: 'Usage log' });
    await log.getByRole('row').nth(2).waitFor();
    assert.equal(await log.getByRole('row').count(), 3);

    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const csv = await readFile(await (await downloaded).path(), 'utf8');
    assert.equal(csv.trim().split('\r\n').length, 3);
    assert.match(csv, /openai\/gpt-y/);
  });

  it('shows what is left of the caps of agents, as their editors do, with one request for all', async () => {
    const { test } = console;
    const person = await test.addAccount();
    const daily = await test.createAgent(person, { name: 'Careful', daily_limit_usd: 4 });
    const monthly = await test.createAgent(person, { name: 'Monthly', monthly_limit_usd: 20 });
    await test.createAgent(person, { name: 'Boundless' });
    await recordSpend(test, person, daily, 1_500_000_000n);
    await recordSpend(test, person, monthly, 25_000_000_000n);
    const page = await console.openSignedIn('/settings', {}, person.email);
    let asked = 0;
    page.on('request', (request) => {
      if (/\/agents\?.*capped=/.test(request.url())) asked += 1;
    });
    await page.goto('/usage');
    const left = (name: string, text: string) =>
      page.getByRole('listitem').filter({ hasText: name }).getByText(text).waitFor();
    await left('Careful', '$2.50 left of $4.00 a day');
    await left('Monthly', '$0.00 left of $20.00 a month');
    assert.equal(await page.getByRole('listitem').filter({ hasText: 'Boundless' }).count(), 0);
    assert.equal(asked, 1);
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Careful' }).click();
    await page.getByLabel('Cost of a day').waitFor();
    await page.getByText('$2.50 left of $4.00 a day').waitFor();
    await page.getByLabel('Cost of a day').fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('$1.50 left of $3.00 a day').waitFor();

    const agents = [{ role: 'Capped writer', goal: 'Write', model: 'sandbox', monthly_limit_usd: 9 }];
    const { crewId, agentId } = await createCrew(person, { agents, tasks: [] });
    await recordSpend(test, person, agentId, 2_000_000_000n);
    await page.goto(`/crews/${crewId}`);
    await page
      .getByRole('region', { name: 'Agents' })
      .getByRole('button', { name: /Capped writer/ })
      .click();
    await page.getByText('$7.00 left of $9.00 a month').waitFor();
    await assertAccessible(page);
  });

  it('shows calls where nothing was charged', async () => {
    const person = await console.test.addAccount();
    const agentId = await console.test.createAgent(person, { name: 'Free helper' });
    await recordUsage(console.test, person, 3, { agentId, costNanoUsd: 0n });
    const page = await console.openSignedIn('/usage', {}, person.email);
    await page.getByRole('heading', { name: 'Calls by day' }).waitFor();
    await page.getByText('3 calls · $0').first().waitFor();
    await assertAccessible(page);
  });

  it('names what is on the page, of however many agents and keys there are', async () => {
    const { test } = console;
    const person = await test.addAccount();
    const agentId = await test.createAgent(person, { name: 'The first of many' });
    const key = await test.createKey(person, { name: 'The first key' });
    const many = Array.from({ length: 100 }, (_, at) => at);
    await Promise.all(many.map((at) => test.createAgent(person, { name: `Later ${at}` })));
    await Promise.all(many.map((at) => test.createKey(person, { name: `Later key ${at}` })));
    const gone = await test.createAgent(person, { name: 'Gone' });
    await recordUsage(test, person, 1, { agentId, keyId: key.id });
    await recordUsage(test, person, 1, { agentId: gone, costNanoUsd: 0n });
    await person.call('DELETE', `/agents/${gone}`);
    // Keys are not listed for a viewer: what is named is named by the log itself.
    const viewer = await test.addPerson(person, 'viewer');
    const page = await console.openSignedIn('/usage', {}, viewer.email);
    const log = page.getByRole('table', { name: 'Usage log' });
    await log.getByRole('link', { name: 'The first of many' }).waitFor();
    await log.getByText('The first key').waitFor();
    await log.getByText('Gone (deleted)').waitFor();
    await page.getByLabel('Agent or crew').selectOption('The first of many');
    await page.getByText('$1.25 in all.').waitFor();
  });

  it('names the person who called to who may see people, and to nobody else', async () => {
    const { test } = console;
    const owner = await test.addAccount();
    const editor = await test.addPerson(owner, 'editor');
    const agentId = await test.createAgent(owner, { name: 'Helper' });
    await recordUsage(test, editor, 1, { agentId });
    await recordUsage(test, owner, 1, { agentId });
    const seen = await console.openSignedIn('/usage', {}, owner.email);
    await seen.getByRole('cell', { name: editor.email }).waitFor();
    await seen.getByRole('cell', { name: owner.email }).waitFor();
    const own = await console.openSignedIn('/usage', {}, editor.email);
    await own.getByRole('cell', { name: editor.email }).waitFor();
    await own.getByRole('cell', { name: 'a person' }).waitFor();
  });

  it('on a phone the log tells of each call all that it does on a screen, in its width', async () => {
    const { test } = console;
    const person = await test.addAccount();
    const agentId = await test.createAgent(person, { name: 'Customer support in three languages' });
    const key = await test.createKey(person, { name: 'website' });
    const model = `openrouter/${'a-long-name-of-a-model-'.repeat(3)}`;
    await recordUsage(test, person, 1, { agentId, keyId: key.id, model });
    const page = await console.open({ viewport: { width: 390, height: 800 } });
    await signIn(page, person.email);
    await page.goto('/usage');
    const log = page.getByRole('table', { name: 'Usage log' });
    const call = log.getByRole('row').filter({ hasText: 'Customer support in three languages' });
    for (const said of [model, 'paid by website', '1,840 tokens in, 212 out', '$1.25'])
      await call.getByText(said).waitFor();
    await assertFits(page);
    const box = page.getByRole('region', { name: 'Usage log' });
    const isWider = await box.evaluate((each) => each.scrollWidth > each.clientWidth);
    assert.equal(isWider, false, 'nothing of it is out of sight');
    await assertAccessible(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await log.getByRole('columnheader', { name: 'Paid by' }).waitFor();
  });

  it('the owner adds credit with a reason; a wrong amount is said at its field', async () => {
    const page = await console.openSignedIn('/usage');
    await page.getByRole('button', { name: 'Add credit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add credit' });
    await dialog.getByLabel('Amount in US dollars').fill('0');
    await dialog.getByLabel('Reason').fill('Winter');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Add credit' }).click();
    await dialog.getByText(/must not be 0/).waitFor();
    await dialog.getByLabel('Amount in US dollars').fill('32.5');
    await dialog.getByRole('button', { name: 'Add credit' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('$42.50', { exact: true }).waitFor();
  });

  it('a viewer is not offered what they may not do, and long names fit a phone', async () => {
    const { test } = console;
    const longNamed = await test.createAgent(test.owner, { name: 'W'.repeat(80) });
    await recordUsage(test, test.owner, 1, { agentId: longNamed });
    const viewer = await test.addPerson(test.owner, 'viewer');
    const page = await console.open({ viewport: { width: 375, height: 700 } });
    await signIn(page, viewer.email);
    await page.goto('/usage');
    await page.getByText('in all.').waitFor();
    await page.getByRole('heading', { name: 'Spend by day' }).waitFor();
    await page.getByTitle('W'.repeat(80)).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add credit' }).count(), 0);
    await assertFits(page);
    await page.goto('/keys');
    await page.getByRole('heading', { name: 'Keys are managed by admins' }).waitFor();
    await assertAccessible(page);
  });
});
