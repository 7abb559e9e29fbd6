import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

describe('the sandbox in the console', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('is entered and left; each side shows its own, a banner says where one is, a reload stays there', async () => {
    const { test } = console;
    await test.createKey(test.owner, { name: 'of the account' });
    const page = await console.openSignedIn('/settings/sandbox');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Enter the sandbox' }).click();
    const banner = page.getByRole('region', { name: 'Sandbox' });
    await banner.waitFor();
    await page.goto('/keys');
    await banner.waitFor();
    await page.getByRole('button', { name: 'Create key' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('of the sandbox');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('of the sandbox', { exact: true }).waitFor();
    assert.equal(await page.getByText('of the account', { exact: true }).count(), 0);
    await assertAccessible(page);
    const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage])');
    assert.doesNotMatch(String(stored), /eyJ/);

    await page.goto('/settings/sandbox');
    await page.getByRole('button', { name: 'Empty the sandbox' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Empty' }).click();
    await page.getByText('The sandbox is empty').waitFor();
    await banner.getByRole('button', { name: 'Leave the sandbox' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.goto('/keys');
    await page.getByText('of the account', { exact: true }).waitFor();
    assert.equal(await banner.count(), 0);
    assert.equal(await page.getByText('of the sandbox', { exact: true }).count(), 0);
  });

  it('a citation opens in a tab that is in the sandbox too', async () => {
    const { test } = console;
    const inside = await test.openSandbox(test.owner);
    const agent = await test.createAgent(inside, { name: 'Desk' });
    const document = { name: 'returns.md', text: 'Goods can be returned within 42 days.' };
    const added = await inside.call('POST', `/agents/${agent}/documents`, document);
    await test.app.knowledge.waitUntilSettled(inside.accountId, added.field('id'));
    const page = await console.openSignedIn('/settings/sandbox');
    await page.getByRole('button', { name: 'Enter the sandbox' }).click();
    await page.getByRole('region', { name: 'Sandbox' }).waitFor();
    await page.goto(`/agents/${agent}`);
    await page.getByLabel('Message').fill('When can goods be returned?');
    await page.getByLabel('Message').press('Enter');
    const source = page.getByRole('list', { name: 'Sources' }).getByRole('link').first();
    await source.waitFor();
    const opened = page.waitForEvent('popup');
    await source.click();
    const shown = await opened;
    await shown.getByRole('heading', { level: 1, name: 'returns.md' }).waitFor();
    await shown.getByRole('region', { name: 'Sandbox' }).waitFor();
  });
});
