import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, type ConsoleTest, hold, startConsole } from './browser.ts';

describe('the tools page', () => {
  let console: ConsoleTest;
  let service: Server;
  let address: string;
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];

  before(async () => {
    service = createServer((request, response) => {
      seen.push({ url: request.url, authorization: request.headers.authorization });
      response.setHeader('content-type', 'application/json').end('{"state":"shipped"}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an AddressInfo; a string only for pipes.
    const host = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    address = `http://${host}`;
    console = await startConsole({ MUSTER_TOOL_ALLOW_HOSTS: host });
  });
  after(async () => {
    await console.close();
    service.closeAllConnections();
    service.close();
  });

  it('a built-in tool is tried with fields made from its schema', async () => {
    const page = await console.openSignedIn('/tools');
    await page.getByRole('button', { name: 'Try calculator' }).click();
    const dialog = page.getByRole('dialog', { name: 'Try calculator' });
    await dialog.getByLabel('expression').fill('6*7');
    await dialog.getByRole('button', { name: 'Call it' }).click();
    await dialog.getByText('answered').waitFor();
    await dialog.getByText('42').waitFor();
    await assertAccessible(page);
  });

  it('a form that was closed has what was typed back, secrets aside, and a second try makes no second tool', async () => {
    const page = await console.openSignedIn('/tools');
    const dialog = page.getByRole('dialog', { name: 'Add an HTTP tool' });
    const open = () => page.getByRole('button', { name: 'Add HTTP tool' }).click();
    await open();
    await dialog.getByLabel('Name', { exact: true }).fill('where_is_it');
    await dialog.getByLabel('Address').fill(`${address}/where`);
    await dialog.getByLabel('Sign-in').selectOption('Bearer token');
    await dialog.getByLabel('Token').fill('canary-secret');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    assert.doesNotMatch(
      await page.evaluate<string>('JSON.stringify({ ...sessionStorage })'),
      /canary-secret/,
    );
    await open();
    await dialog.getByText('What you typed before is back').waitFor();
    await assertAccessible(page);
    assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'where_is_it');
    assert.equal(await dialog.getByLabel('Token').inputValue(), '');
    await dialog.getByLabel('Token').fill('canary-secret');
    await dialog.getByLabel('Description').fill('Where it is.');
    const lost = await hold(page, 'POST', '**/api/v1/tools/custom');
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await lost.asked;
    assert.equal(await dialog.getByLabel('Description').isEditable(), false, 'it is on its way');
    await page.keyboard.press('Escape');
    assert.equal(await dialog.getByRole('button', { name: 'Cancel' }).isDisabled(), true);
    assert.equal(await dialog.getByRole('button', { name: 'Close' }).isDisabled(), true);
    assert.equal(await dialog.isVisible(), true, 'closed, the form could be opened again for another tool');
    lost.lose();
    await dialog.getByText(/cannot be reached/).waitFor();
    assert.equal(await dialog.getByLabel('Description').inputValue(), 'Where it is.');
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('where_is_it is added').waitFor();
    await open();
    assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), '');
    await dialog.getByLabel('Name', { exact: true }).fill('wher_is_she');
    await dialog.getByLabel('Address').fill(`${address}/where`);
    await dialog.getByLabel('Description').fill('Where she is.');
    const again = await hold(page, 'POST', '**/api/v1/tools/custom');
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await again.asked;
    again.lose();
    await dialog.getByText(/cannot be reached/).waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('where_is_she');
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await dialog.getByText('saved as “wher_is_she”').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('wher_is_she', { exact: true }).waitFor();
    assert.equal(await page.getByText('where_is_she', { exact: true }).count(), 0);
  });

  it('an HTTP tool is built without writing JSON, tried, and keeps its credential to itself', async () => {
    const page = await console.openSignedIn('/tools');
    await page.getByRole('button', { name: 'Add HTTP tool' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an HTTP tool' });
    await dialog.getByLabel('Name', { exact: true }).fill('calculator');
    await dialog.getByLabel('Description').fill('Says where an order is.');
    await dialog.getByLabel('Method').selectOption('GET');
    await dialog.getByLabel('Address').fill(`${address}/orders/{order_id}`);
    await dialog.getByRole('button', { name: 'Add parameter' }).click();
    await dialog.getByLabel('Name 1').fill('order_id');
    await dialog.getByLabel('What it is 1').fill('The number of the order');
    await dialog.getByLabel('Sign-in').selectOption('Bearer token');
    await dialog.getByLabel('Token').fill('canary-token');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await dialog.locator('[aria-invalid]').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('order_status');
    const slow = await hold(page, 'GET', '**/api/v1/tools?*');
    await dialog.getByRole('button', { name: 'Add tool' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Actions for order_status' }).click();
    await page.getByRole('menuitem', { name: 'Try' }).click();
    slow.go();
    const attempt = page.getByRole('dialog', { name: 'Try order_status' });
    await attempt.getByLabel('order_id').fill('A-7');
    await attempt.getByRole('button', { name: 'Call it' }).click();
    await attempt.getByText('shipped').waitFor();
    assert.deepEqual(seen, [{ url: '/orders/A-7', authorization: 'Bearer canary-token' }]);
    await attempt.getByRole('button', { name: 'Close' }).last().click();

    await page.getByRole('button', { name: 'Actions for order_status' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    const change = page.getByRole('dialog', { name: 'Change order_status' });
    assert.equal(await change.getByLabel('Name 1').inputValue(), 'order_id');
    await change.getByText('One is set.').waitFor();
    assert.doesNotMatch(await page.content(), /canary-token/);
    await change.getByRole('button', { name: 'Save' }).click();
    await change.waitFor({ state: 'hidden' });
    await assertAccessible(page);
  });

  it('what a tool answered stays when the tool is deleted meanwhile by somebody else', async () => {
    const { owner } = console.test;
    const made = await owner.call('POST', '/tools/custom', {
      name: 'short_lived',
      description: 'Soon gone.',
      endpoint: `${address}/soon`,
    });
    assert.equal(made.status, 201, made.text);
    const page = await console.openSignedIn('/tools');
    await page.getByRole('button', { name: 'Actions for short_lived' }).click();
    await page.getByRole('menuitem', { name: 'Try' }).click();
    const attempt = page.getByRole('dialog', { name: 'Try short_lived' });
    await attempt.getByRole('button', { name: 'Call it' }).click();
    await attempt.getByText('shipped').waitFor();
    await owner.call('DELETE', `/tools/custom/${made.field('tool_id')}`);
    // Back from being away, everything is read again.
    await page.context().setOffline(true);
    await attempt.getByRole('button', { name: 'Call it' }).click();
    await attempt.getByText(/cannot be reached/).waitFor();
    await page.context().setOffline(false);
    await page.getByText('short_lived', { exact: true }).waitFor({ state: 'detached' });
    await attempt.getByText('shipped').waitFor();
    await attempt.getByRole('button', { name: 'Close' }).last().click();
    await attempt.waitFor({ state: 'hidden' });
  });

  it('a tool that agents use is deleted only when one is told of them', async () => {
    const { test } = console;
    const made = await test.owner.call('POST', '/tools/custom', {
      name: 'used',
      description: 'Used.',
      endpoint: address,
    });
    assert.equal(made.status, 201);
    await test.createAgent(test.owner, { name: 'Relies on it', tools: ['used'] });
    const page = await console.openSignedIn('/tools');
    await page.getByRole('button', { name: 'Actions for used' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    const asked = page.getByRole('alertdialog', { name: 'used is used' });
    await asked.getByText(/Relies on it|agent_/).waitFor();
    await asked.getByRole('button', { name: 'Delete anyway' }).click();
    await page.getByRole('button', { name: 'Actions for used' }).waitFor({ state: 'detached' });
  });

  it('an MCP server that cannot be reached is refused or shown with its reason, and nothing typed is lost', async () => {
    const page = await console.openSignedIn('/tools');
    await page.getByRole('button', { name: 'Add MCP server' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an MCP server' });
    await dialog.getByLabel('Name').fill('files');
    await dialog.getByLabel('Address').fill('http://10.0.0.1/mcp');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Add server' }).click();
    await dialog.locator('[aria-invalid], [role=alert]').first().waitFor();
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'files');
  });
});
