import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

const MAX_GZIP_BYTES = 30_000;

describe('the chat widget', () => {
  let console: ConsoleTest;
  /** A static site of somebody, at an origin of its own. */
  let site: Server;
  let siteUrl: string;
  let agentId: string;
  let page = '';

  before(async () => {
    site = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an AddressInfo; a string only for pipes.
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    console = await startConsole();
    agentId = await console.test.createAgent(console.test.owner, { name: 'Shop help' });
  });
  after(async () => {
    await console.close();
    site.closeAllConnections();
    site.close();
  });

  const makeInConsole = async (origins: string): Promise<{ console: Page; script: string }> => {
    const settings = await console.openSignedIn('/settings/widget');
    await settings.getByLabel('Agent').selectOption(agentId);
    await settings.getByLabel('Allowed addresses').fill(origins);
    await assertAccessible(settings);
    await settings.getByRole('button', { name: 'Make embed code' }).click();
    const script = await settings.getByRole('region', { name: 'Script tag' }).textContent();
    return { console: settings, script: script ?? '' };
  };

  it('is small', async () => {
    const reply = await fetch(`${console.test.url}/widget.js`);
    assert.equal(reply.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.ok(gzipSync(await reply.text()).length < MAX_GZIP_BYTES);
  });

  it('what is wrong with an allowed address stands at the field, in words of the console', async () => {
    const settings = await console.openSignedIn('/settings/widget');
    await settings.getByLabel('Agent').selectOption(agentId);
    const field = settings.getByLabel('Allowed addresses');
    await field.fill('https://shop.example.com\nshop.example.com/help');
    await settings.getByRole('button', { name: 'Make embed code' }).click();
    await settings.getByText('“shop.example.com/help” is no address that a chat can be allowed at').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.doesNotMatch((await settings.textContent('body')) ?? '', /allowed_origins/);
    await assertAccessible(settings);
  });

  it('a code made in the console works on its demo page, by keyboard, and the conversation goes on after a reload', async () => {
    const { console: settings } = await makeInConsole(console.test.url);
    await assertAccessible(settings);
    const opened = settings.waitForEvent('popup');
    await settings.getByRole('link', { name: 'Open the demo page' }).click();
    const demo = await opened;
    await demo.getByRole('heading', { name: 'Shop help' }).waitFor();
    await demo.getByLabel('Write a message').fill('Hello');
    await demo.keyboard.press('Enter');
    await demo.getByText('Sandbox: Hello').waitFor();
    await demo.getByRole('button', { name: 'Send', disabled: false }).waitFor();
    await assertAccessible(demo);
    await demo.reload();
    await demo.getByLabel('Write a message').fill('Again');
    await demo.getByRole('button', { name: 'Send' }).click();
    await demo.getByText('Sandbox: Again').waitFor();
    await demo.getByRole('button', { name: 'Send', disabled: false }).waitFor();
    const kept = await console.test.owner.call('GET', '/conversations');
    assert.match(kept.text, /"total":1\b/);
    await demo.keyboard.press('Escape');
    await demo.getByRole('dialog').waitFor({ state: 'hidden' });
    await assertAccessible(demo);
  });

  it('stands in a static site of another origin by its script tag alone, with the look that the tag asks for', async () => {
    const { script } = await makeInConsole(siteUrl);
    const tag = script.replace(
      ' defer',
      ' data-title="Ask us" data-greeting="Good day" data-accent="#0a7d55" defer',
    );
    page = `<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1></main>${tag}</html>`;
    const shop = await console.openElsewhere(siteUrl);
    await shop.getByRole('button', { name: 'Open the chat' }).click();
    await shop.getByRole('heading', { name: 'Ask us' }).waitFor();
    await shop.getByText('Good day').waitFor();
    await shop.getByLabel('Write a message').fill('Are you open?');
    await shop.getByRole('button', { name: 'Send' }).click();
    await shop.getByText('Sandbox: Are you open?').waitFor();
  });

  it('says so where it is not allowed, and keeps what was typed', async () => {
    const { script } = await makeInConsole('https://elsewhere.example.com');
    page = `<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1></main>${script}</html>`;
    const shop = await console.openElsewhere(siteUrl);
    await shop.getByRole('button', { name: 'Open the chat' }).click();
    await shop
      .getByRole('alert')
      .getByText(/is not allowed at/)
      .waitFor();
    await shop.getByLabel('Write a message').fill('Hello?');
    await shop.getByRole('button', { name: 'Send' }).click();
    await shop.getByRole('alert').nth(1).waitFor();
    assert.equal(await shop.getByLabel('Write a message').inputValue(), 'Hello?');

    // Its key is changed where keys are, and the code that stands in the page works.
    const keys = await console.openSignedIn('/keys');
    await keys
      .getByRole('button', { name: /^Actions for Chat widget/ })
      .first()
      .click();
    await keys.getByRole('menuitem', { name: 'Change' }).click();
    const dialog = keys.getByRole('dialog', { name: 'Change the key' });
    const field = dialog.getByLabel('Allowed addresses');
    assert.equal(await field.inputValue(), 'https://elsewhere.example.com');
    await field.fill(`https://elsewhere.example.com\n${siteUrl}/shop`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/shop” is no address that a chat can be allowed at/).waitFor();
    await assertAccessible(keys);
    await field.fill(`https://elsewhere.example.com\n${siteUrl}`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await shop.reload();
    await shop.getByRole('button', { name: 'Open the chat' }).click();
    await shop.getByLabel('Write a message').fill('Hello?');
    await shop.getByRole('button', { name: 'Send' }).click();
    await shop.getByText('Sandbox: Hello?').waitFor();
  });
});
