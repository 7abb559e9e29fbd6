import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

const TEXT =
  '# Returns\n\nGoods can be returned within 42 days.\n\n# Shipping\n\nParcels take three days to arrive.\n';

describe('knowledge in the console', () => {
  let console: ConsoleTest;
  let agent: string;
  before(async () => {
    console = await startConsole();
    agent = await console.test.createAgent(console.test.owner, { name: 'Desk' });
  });
  after(() => console.close());

  const file = (name: string, text: string | Buffer) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(text),
  });

  it('takes files, says of each how far it is, and why one failed', async () => {
    const page = await console.openSignedIn('/knowledge');
    await page.getByRole('heading', { name: 'No documents yet' }).waitFor();
    await assertAccessible(page);
    await page
      .getByLabel('Drop files here, or choose them')
      .setInputFiles([
        file('returns.md', TEXT),
        file('broken.pdf', '%PDF-1.4 no more of it'),
        file('picture.png', Buffer.from('\x89PNG\r\n', 'latin1')),
      ]);
    const rows = page.getByRole('region', { name: 'Documents of the agent' }).getByRole('row');
    await rows.filter({ hasText: 'returns.md' }).getByText('ready').waitFor();
    await rows.filter({ hasText: 'broken.pdf' }).getByText('failed').waitFor();
    const refused = page
      .getByRole('list', { name: 'Uploads' })
      .getByRole('listitem')
      .filter({ hasText: 'picture.png' });
    await refused.getByRole('alert').waitFor();
    await assertAccessible(page);
    await refused.getByRole('button', { name: 'Dismiss picture.png' }).click();
    await page.getByRole('button', { name: 'Delete broken.pdf' }).click();
    await page.getByRole('button', { name: 'Delete document' }).click();
    await rows.filter({ hasText: 'broken.pdf' }).waitFor({ state: 'detached' });
  });

  it('an address that cannot be fetched is refused at its field, and stays there to be mended', async () => {
    const page = await console.openSignedIn(`/knowledge?agent=${agent}`);
    const address = page.getByLabel('Or the address of a page');
    await address.fill('http://127.0.0.1:9/inside');
    await page.getByRole('button', { name: 'Add page' }).click();
    await page.getByText(/is this server itself .*MUSTER_TOOL_ALLOW_HOSTS=127\.0\.0\.1:9$/).waitFor();
    assert.equal(await address.getAttribute('aria-invalid'), 'true');
    assert.equal(await address.inputValue(), 'http://127.0.0.1:9/inside');
    await assertAccessible(page);
  });

  it('a document is read again, alone or with all others, and stays ready', async () => {
    const page = await console.openSignedIn(`/knowledge?agent=${agent}`);
    const row = page
      .getByRole('region', { name: 'Documents of the agent' })
      .getByRole('row')
      .filter({ hasText: 'returns.md' });
    for (const name of ['Read returns.md again', 'Read all again']) {
      const asked = page.waitForResponse((response) => response.url().endsWith('/reindex'));
      await page.getByRole('button', { name }).click();
      assert.equal((await asked).status(), 202);
      await row.getByText('ready').waitFor();
      await page.getByRole('button', { name: 'Read returns.md again' }).waitFor();
      await assertAccessible(page);
    }
  });

  it('an agent is found by a part of its name, among however many', async () => {
    await console.test.createAgent(console.test.owner, { name: 'Younger than the desk' });
    const page = await console.openSignedIn('/knowledge');
    await page.getByRole('heading', { name: 'No documents yet' }).waitFor();
    await page.getByRole('combobox', { name: 'Agent' }).click();
    await page.getByRole('combobox', { name: 'Search: Agent' }).fill('Des');
    await page.getByRole('option', { name: 'Desk', exact: true }).waitFor();
    await assertAccessible(page);
    await page.getByRole('option', { name: 'Desk', exact: true }).click();
    await page.getByRole('link', { name: 'returns.md' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('agent'), agent);
  });

  it('shows what a search finds, with scores and the words that led to it', async () => {
    const page = await console.openSignedIn(`/knowledge?agent=${agent}`);
    await page.getByLabel('Question').fill('When can goods be returned?');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText(/^Because of: .*goods.*returned/).waitFor();
    assert.ok((await page.locator('mark').allTextContents()).includes('returned'));
    await assertAccessible(page);
    await page.getByLabel('Question').fill('xylophone');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('Nothing fits.').waitFor();
  });

  it("a citation's address opens the document at the passage beside the chat, and only for its account", async () => {
    const page = await console.openSignedIn(`/agents/${agent}`);
    await page.getByLabel('Message').fill('When can goods be returned?');
    await page.getByLabel('Message').press('Enter');
    const sources = page.getByRole('list', { name: 'Sources' });
    const opened = page.waitForEvent('popup');
    await sources.getByRole('link', { name: 'returns.md' }).first().click();
    const shown = await opened;
    await shown.getByRole('heading', { level: 1, name: 'returns.md' }).waitFor();
    assert.match(String(await shown.locator('mark').textContent()), /42 days/);
    assert.equal(await shown.evaluate('window.opener'), null);
    await shown.getByRole('link', { name: /^All documents of / }).waitFor();
    await assertAccessible(shown);
    await shown.getByRole('tab', { name: 'Passages' }).click();
    await shown
      .getByText(/characters \d+ to \d+/)
      .first()
      .waitFor();
    await assertAccessible(shown);
    await sources.getByRole('link', { name: 'returns.md' }).first().waitFor();

    const other = await console.test.addAccount();
    const theirs = await console.openSignedIn(new URL(shown.url()).pathname, {}, other.email);
    await theirs.getByText('The document could not be shown.').waitFor();
  });
});
