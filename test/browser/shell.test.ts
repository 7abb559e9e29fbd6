import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../../src/testing/until.ts';
import { endOf } from '../http/objects.ts';
import { assertAccessible, assertFits, type ConsoleTest, hold, startConsole } from './browser.ts';
import { LAUNCH, makeCrew, startRun } from './seed-crews.ts';

describe("the console's frame", () => {
  let console: ConsoleTest;
  before(async () => {
    // Where a tool and a webhook of long names point to.
    console = await startConsole({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
  });
  after(() => console.close());

  const searchOf = (page: Page) => page.getByRole('dialog', { name: 'Search' }).getByRole('combobox');

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
    await searchOf(page).fill('sett');
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
    await searchOf(page).fill('sandb');
    await page.getByRole('option', { name: /^Sandbox.*Settings$/ }).waitFor();
    await searchOf(page).fill('webh');
    await page.getByText('Nothing found.').waitFor();
    await searchOf(page).fill('sched');
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
    const search = searchOf(page);
    await search.fill('launch');
    await page.getByRole('option', { name: /^Launch notes: .* Run$/ }).waitFor();
    // Until there is a reply the crew that was found before is not what Enter goes to.
    const slow = await hold(page, 'GET', '**/api/v1/crews?*q=parasols*');
    await search.fill('parasols');
    await page.getByRole('option', { name: /parasols.*Conversation$/, selected: true }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Turns' }).getByText('parasols').first().waitFor();
    slow.go();
  });

  it('what Enter goes to in the palette stays when a late reply puts a match above it', async () => {
    const { owner, request, createAgent } = console.test;
    await makeCrew(owner, { ...LAUNCH, name: 'Teapots' });
    const model = await createAgent(owner);
    const body = { model, messages: [{ role: 'user', content: 'Do you sell teapots?' }] };
    await request('POST', '/api/agents/v1/chat/completions', { token: owner.token, body });
    const page = await console.openSignedIn('/');
    // Nor is the crew in the list that comes before anything is typed.
    const all = await hold(page, 'GET', '**/api/v1/crews?limit=8');
    const slow = await hold(page, 'GET', '**/api/v1/crews?limit=8&q=teapots');
    await page.keyboard.press('Control+k');
    await searchOf(page).fill('teapots');
    const said = /teapots.*Conversation$/;
    await page.getByRole('option', { name: said, selected: true }).waitFor();
    slow.go();
    await page.getByRole('option', { name: /^Teapots.*Crew$/, selected: false }).waitFor();
    await page.getByRole('option', { name: said, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Turns' }).getByText('teapots').first().waitFor();
    all.go();
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
    await page.locator('html.dark').waitFor();
    await page.reload();
    await page.locator('html.dark h1').waitFor();
  });

  it('the keyboard goes on in the page that was gone to', async () => {
    const page = await console.openSignedIn('/');
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Settings' })
      .press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.locator('#main:focus').waitFor();
    await until(
      'the title of the page',
      () => page.title(),
      (title) => title === 'Settings · Muster',
    );
  });

  it('on a phone a name without a gap makes no page wider than the screen, however long it is', async () => {
    const { owner, createAgent, createKey } = console.test;
    const long = 'W'.repeat(80);
    const word = 'w'.repeat(60);
    const post = async (path: string, body: object) => {
      const made = await owner.call('POST', path, body);
      assert.equal(made.status, 201, made.text);
      return made;
    };
    await post('/tools/custom', { name: word, description: long, endpoint: `http://127.0.0.1:9/${long}` });
    const agent = await createAgent(owner, { name: long, description: long, tools: [word] });
    await post(`/agents/${agent}/documents`, { name: `${long}.md`, text: long });
    await createKey(owner, { name: long, agent_ids: [agent] });
    const tasks = ['', 'b'].map((first) => ({
      name: first + long,
      agent: long,
      description: `{${word}} ${long}`,
    }));
    const agents = [{ role: long, goal: long, model: 'sandbox' }];
    const crew = (await post('/crews', { name: long, description: long, agents, tasks })).field('id');
    const run = await startRun(owner, crew, { [word]: long });
    await endOf(owner, run);
    await post('/schedules', { name: long, crew_id: crew, cron: '30 6 * * *', inputs: { [word]: long } });
    await post('/webhooks', { url: `http://127.0.0.1:9/${long}`, events: ['job.failed'] });
    const page = await console.openSignedIn('/settings', { viewport: { width: 375, height: 700 } });
    for (const path of [
      '/',
      '/agents',
      `/agents/${agent}`,
      `/knowledge?agent=${agent}`,
      '/tools',
      '/keys',
      '/crews',
      `/crews/${crew}`,
      `/crews/${crew}?tab=memory`,
      '/runs',
      `/runs/${run}`,
      '/schedules',
      '/settings/webhooks',
      '/settings/audit',
    ]) {
      await page.goto(path);
      await page
        .getByText(/W{80}|w{60}/)
        .first()
        .waitFor({ state: 'attached' });
      await assertFits(page);
    }
  });

  it('a page that is none says so, within the console', async () => {
    const page = await console.open();
    await page.goto('/agents/a/b/c/d');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await assertAccessible(page);
  });
});
