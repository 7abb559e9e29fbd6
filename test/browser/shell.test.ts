import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, assertFits, type ConsoleTest, startConsole } from './browser.ts';
import { makeCrew, startRun } from './seed-crews.ts';

describe("the console's frame", () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('goes to every page of its navigation, each of them accessible, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await console.openSignedIn('/', { colorScheme });
      const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
      const labels = await links.allTextContents();
      assert.ok(labels.length >= 2);
      for (const label of labels) {
        await links.filter({ hasText: label }).click();
        await page.getByRole('heading', { level: 1, name: label }).waitFor();
        await assertAccessible(page);
      }
    }
  });

  it('on a phone the navigation opens from a button and nothing is wider than the screen', async () => {
    const page = await console.openSignedIn('/', { viewport: { width: 375, height: 700 } });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    const menu = page.getByRole('dialog', { name: 'Menu' });
    await menu.waitFor();
    await assertAccessible(page);
    await menu.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await menu.waitFor({ state: 'hidden' });
    await assertFits(page);
  });

  it('is worked by keyboard: the palette goes to a page, ? shows the shortcuts, g and a letter goes', async () => {
    const page = await console.openSignedIn('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('sett');
    await page.getByRole('option', { name: /Settings/ }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it('the palette goes to schedules, and to what is within Settings as far as the role allows', async () => {
    const editor = await console.test.addPerson(console.test.owner, 'editor');
    const page = await console.openSignedIn('/', {}, editor.email);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('sandb');
    await page.getByRole('option', { name: /^Sandbox.*Settings$/ }).waitFor();
    await page.getByRole('combobox').fill('webh');
    await page.getByText('Nothing found.').waitFor();
    await page.getByRole('combobox').fill('sched');
    await page.getByRole('option', { name: /^Schedules/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Schedules' }).waitFor();
  });

  it('the palette finds runs by their crew, and conversations by what was said in them', async () => {
    const { owner, request, createAgent } = console.test;
    await startRun(owner, await makeCrew(owner), { product: 'kettle' });
    const model = await createAgent(owner);
    const body = { model, messages: [{ role: 'user', content: 'Do you sell parasols?' }] };
    await request('POST', '/api/agents/v1/chat/completions', { token: owner.token, body });
    const page = await console.openSignedIn('/');
    await page.keyboard.press('Control+k');
    const search = page.getByRole('dialog', { name: 'Search' }).getByRole('combobox');
    await search.fill('launch');
    await page.getByRole('option', { name: /^Launch notes: .* Run$/ }).waitFor();
    await search.fill('parasols');
    await page.getByRole('option', { name: /parasols.*Conversation$/ }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Turns' }).getByText('parasols').first().waitFor();
  });

  it('says that the server is away, and goes on by itself when it is back', async () => {
    const page = await console.openSignedIn('/settings/account');
    await page.getByLabel('New password').fill('typed before');
    await page.getByLabel('Current password').fill('also typed');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The server cannot be reached. Trying again').waitFor();
    await page.context().setOffline(false);
    await page.getByText('The server cannot be reached. Trying again').waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('New password').inputValue(), 'typed before');
  });

  it('the menu of the person is worked by keyboard, and changes the theme', async () => {
    const page = await console.openSignedIn('/', { colorScheme: 'light' });
    await page.getByRole('button', { name: /owner@example.com/ }).press('Enter');
    await page.getByRole('menu').waitFor();
    await assertAccessible(page);
    await page.getByRole('menuitemradio', { name: 'Dark' }).press('Enter');
    assert.equal(await page.evaluate('document.documentElement.classList.contains("dark")'), true);
    await page.reload();
    await page.locator('h1').waitFor();
    assert.equal(await page.evaluate('document.documentElement.classList.contains("dark")'), true);
  });

  it('the keyboard goes on in the page that was gone to', async () => {
    const page = await console.openSignedIn('/');
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Settings' })
      .press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    assert.equal(await page.title(), 'Settings · Muster');
  });

  it('a page that is none says so, within the console', async () => {
    const page = await console.open();
    await page.goto('/agents/a/b/c/d');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await assertAccessible(page);
  });
});
