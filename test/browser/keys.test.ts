import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../../src/testing/until.ts';
import { assertAccessible, assertFits, type ConsoleTest, startConsole } from './browser.ts';

describe('the keys page', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  const models = (key: string) =>
    fetch(`${console.test.url}/api/agents/v1/models`, { headers: { authorization: `Bearer ${key}` } });

  it('makes a key that is shown once, with code that has it, and it calls only the agent that was chosen', async () => {
    const helper = await console.test.createAgent(console.test.owner, { name: 'Helper' });
    await console.test.createAgent(console.test.owner, { name: 'Other' });
    const page = await console.openSignedIn('/keys');
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('website');
    await dialog.getByLabel('May call').selectOption('some');
    await dialog.getByLabel('Helper').check();
    await dialog.getByLabel('Daily cap').fill('5');
    await dialog.getByLabel('Requests a minute').fill('30');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText('It is shown this once').waitFor();
    await assertAccessible(page);
    const key = (await dialog.getByRole('region', { name: 'Key', exact: true }).textContent()) ?? '';
    assert.match(key, /^sk-/);
    await dialog.getByRole('tab', { name: 'Python' }).click();
    await dialog.getByText(`model="${helper}"`).waitFor();
    const reply: unknown = await (await models(key)).json();
    assert.partialDeepStrictEqual(reply, { data: [{ id: helper }] });

    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('$5.00 left of $5.00 a day').waitFor();
    await page.getByText('Requests: 30 a minute').waitFor();
    assert.equal((await page.content()).includes(key), false);
    await assertAccessible(page);
  });

  it('shows on a phone what is left of a key’s caps', async () => {
    const person = await console.test.addAccount();
    const limits = { daily_limit_usd: 5, monthly_limit_usd: 40, requests_per_minute: 30 };
    await console.test.createKey(person, { name: 'website', ...limits });
    await console.test.createKey(person, { name: 'nightly' });
    const phone = { viewport: { width: 375, height: 700 } };
    const page = await console.openSignedIn('/keys', phone, person.email);
    const row = page.getByRole('row').filter({ hasText: 'website' });
    for (const said of [
      '$5.00 left of $5.00 a day',
      '$40.00 left of $40.00 a month',
      'Requests: 30 a minute',
    ])
      await row.getByText(said).waitFor();
    await assertFits(page);
    await assertAccessible(page);

    // However long a form is, its buttons are in sight.
    await page.getByRole('button', { name: 'Create key' }).click();
    const create = page.getByRole('dialog').getByRole('button', { name: 'Create key' });
    const isInSight = async () => {
      const { y = 0, height = 0 } = (await create.boundingBox()) ?? {};
      return y > 0 && y + height < 700;
    };
    await until('the button of the dialog in sight', isInSight);
    await assertAccessible(page);
  });

  it('changes, disables and revokes a key, each in force at once', async () => {
    const { id, key } = await console.test.createKey(console.test.owner, { name: 'nightly' });
    const page = await console.openSignedIn('/keys');
    const row = page.getByRole('row').filter({ hasText: /nightly|weekly/ });
    const choose = async (action: string) => {
      await row.getByRole('button', { name: /Actions for/ }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await choose('Change');
    await page.getByRole('dialog').getByLabel('Name').fill('weekly');
    await page.getByRole('dialog').getByLabel('Monthly cap').fill('-1');
    await page
      .getByRole('dialog')
      .locator('form')
      .evaluate((form) => form.setAttribute('novalidate', ''));
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText(/must be an amount in US dollars/).waitFor();
    // Somebody else changes another field meanwhile.
    await console.test.owner.call('PATCH', `/agent-keys/${id}`, { daily_limit_usd: 3 });
    await page.getByRole('dialog').getByLabel('Monthly cap').fill('20');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('$20.00 left of $20.00 a month').waitFor();
    const both = await console.test.owner.call('GET', `/agent-keys/${id}`);
    assert.partialDeepStrictEqual(both.body, { name: 'weekly', monthly_limit_usd: 20, daily_limit_usd: 3 });

    await choose('Disable');
    await row.getByText('disabled').waitFor();
    assert.equal((await models(key)).status, 401);
    await choose('Enable');
    await row.getByText('active').waitFor();
    assert.equal((await models(key)).status, 200);

    await choose('Revoke');
    await assertAccessible(page);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal((await models(key)).status, 401);
  });
});
