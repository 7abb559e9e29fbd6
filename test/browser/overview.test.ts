import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { seedDemo } from '../../src/app/demo.ts';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

describe('the first page', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('of an account without agents leads to the first one', async () => {
    const person = await console.test.addAccount();
    const page = await console.openSignedIn('/', {}, person.email);
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'New agent' }).first().click();
    await page.getByRole('dialog', { name: 'New agent' }).waitFor();
  });

  it('of a new server has an agent that answers from its guide, and three steps to one of one’s own', async () => {
    await seedDemo(console.test.app, console.test.owner.accountId);
    const page = await console.openSignedIn('/');
    const message = page.getByLabel('Message');
    await message.fill('And what of');
    await page.reload();
    await page.getByRole('button', { name: 'How do I add documents to an agent?' }).click();
    assert.equal(
      await message.inputValue(),
      'And what of',
      'what was typed is lost by nothing but sending it',
    );
    await page.getByRole('list', { name: 'Sources' }).getByRole('link').first().waitFor();
    await assertAccessible(page);
    for (const step of ['Make it', 'Give it documents', 'Call it']) {
      await page.getByRole('heading', { level: 3, name: step }).waitFor();
    }
    await page.getByRole('link', { name: 'Code for “Muster guide”' }).click();
    await page.getByRole('heading', { name: '1. A key' }).waitFor();
  });

  it('leads on with an agent of one’s own, not with a member of a crew', async () => {
    const own = await console.test.createAgent(console.test.owner, { name: 'Returns desk' });
    await seedDemo(console.test.app, console.test.owner.accountId);
    const page = await console.openSignedIn('/');
    await page.getByRole('link', { name: 'Code for “Returns desk”' }).waitFor();
    await page.getByRole('link', { name: 'Add documents' }).click();
    await page.waitForURL(`**/knowledge?agent=${own}`);
    await page.getByText('PDF, Word, HTML, Markdown, text, CSV, JSON').waitFor();
  });
});
