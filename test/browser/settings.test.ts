import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { at, PASSWORD } from '../../src/testing/test-app.ts';
import { assertAccessible, assertFits, type ConsoleTest, signIn, startConsole } from './browser.ts';

/** What a model provider answers. */
const COMPLETION = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'OK' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
});

describe('the settings', () => {
  let console: ConsoleTest;
  let receiver: Server;
  let host: string;
  const received: string[] = [];

  before(async () => {
    receiver = createServer((request, response) => {
      const isModel = request.url?.endsWith('/chat/completions') ?? false;
      if (!isModel) received.push(String(request.headers['webhook-id']));
      request.resume().on('end', () => response.end(isModel ? COMPLETION : 'thank you'));
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an AddressInfo; a string only for pipes.
    host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    console = await startConsole({ MUSTER_TOOL_ALLOW_HOSTS: host, OPENAI_API_KEY: 'sk-none' });
  });
  after(async () => {
    await console.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const dialogOf = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
  const actOn = async (page: Page, row: string, action: string) => {
    await page.getByRole('button', { name: `Actions for ${row}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  it('are reached from one page that offers what the role allows', async () => {
    const editor = await console.test.addPerson(console.test.owner, 'editor');
    const page = await console.open();
    await signIn(page, editor.email);
    await page.goto('/settings');
    const links = page.getByRole('main').getByRole('link');
    await links.first().waitFor();
    const labels = (await links.allTextContents()).join('\n');
    assert.match(labels, /Your account/);
    assert.doesNotMatch(labels, /People|Audit log|Accounts/);
    for (const [part, words] of [
      ['webhooks', /^Webhooks: not for your role/],
      ['accounts', /^Accounts: only for who runs this server/],
    ] as const) {
      await page.goto(`/settings/${part}`);
      await page.getByRole('heading', { name: words }).waitFor();
      assert.equal(await page.getByRole('main').getByRole('button').count(), 0);
      assert.equal(await page.getByText(/could not be loaded/).count(), 0);
    }
    await assertAccessible(page);
  });

  it('people: an invited person gets a link, a role that is changed counts, a removed one is gone', async () => {
    const page = await console.openSignedIn('/settings/people');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Invite' }).click();
    const invite = dialogOf(page, 'Invite somebody');
    await invite.getByLabel('Email').fill('ada@example.com');
    await invite.getByLabel('Role').selectOption('viewer');
    await assertAccessible(page);
    await invite.getByRole('button', { name: 'Invite' }).click();
    const link = await dialogOf(page, 'Send them this link')
      .getByRole('region', { name: 'Link' })
      .textContent();
    assert.match(link ?? '', /\/setup\?token=/);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await console.test.request('POST', '/api/v1/auth/setup', {
      body: { token: new URL(link ?? '').searchParams.get('token'), password: PASSWORD },
    });
    await actOn(page, 'ada@example.com', 'Change name or role');
    await dialogOf(page, /Change/)
      .getByLabel('Role')
      .selectOption('admin');
    await dialogOf(page, /Change/)
      .getByRole('button', { name: 'Save' })
      .click();
    const row = page.getByRole('row').filter({ hasText: 'ada@example.com' });
    await row.getByText('admin', { exact: true }).waitFor();
    const ada = await console.test.login('ada@example.com');
    assert.equal((await ada.call('GET', '/audit')).status, 200);
    await actOn(page, 'ada@example.com', 'Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal((await ada.call('GET', '/audit')).status, 401);
  });

  it('models: shows what switches a provider on, adds one, and sets the price of its model', async () => {
    const page = await console.openSignedIn('/settings/models');
    await page.getByRole('listitem').filter({ hasText: 'OPENAI_API_KEY' }).getByText('on').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'ANTHROPIC_API_KEY' }).getByText('off').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Add provider' }).click();
    const dialog = dialogOf(page, 'Add a provider');
    await dialog.getByLabel('Name').fill('Not A Name');
    await dialog.getByLabel('Address').fill(`http://${host}/v1`);
    await dialog.getByLabel('API key').fill('canary-key');
    await dialog.getByLabel('Models').fill('small-one');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Add provider' }).click();
    await dialog.getByText(/lower-case letters, digits and dashes, beginning/).waitFor();
    await dialog.getByLabel('Name').fill('local');
    await dialog.getByRole('button', { name: 'Add provider' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByLabel('Find a model').fill('small-one');
    const row = page.getByRole('row').filter({ hasText: 'local/small-one' });
    await row.getByText('no price yet').filter({ visible: true }).waitFor();
    await actOn(page, 'local/small-one', 'Set price');
    const price = dialogOf(page, /Price of/);
    await price.getByLabel('Input', { exact: true }).fill('0.25');
    await price.getByLabel('Output').fill('2');
    await assertAccessible(page);
    await price.getByRole('button', { name: 'Set price' }).click();
    await page.getByRole('cell', { name: '$0.25' }).waitFor();
    assert.doesNotMatch(await page.content(), /canary-key/);
    await actOn(page, 'local', 'Test');
    await page.getByText(/^local answers: local\/small-one/).waitFor();
    await assertAccessible(page);
    await actOn(page, 'local', 'Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('None yet.').waitFor();
  });

  it('accounts: the operator makes one, gives it credit and suspends it', async () => {
    const page = await console.openSignedIn('/settings/accounts');
    await page.getByRole('button', { name: 'New account' }).click();
    const dialog = dialogOf(page, 'New account');
    await dialog.getByLabel('Name').fill('Tenant');
    await dialog.getByLabel('Email').fill('tenant@example.com');
    await dialog.getByLabel('Tier').selectOption('free');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Make account' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await actOn(page, 'Tenant', 'Add credit');
    await dialogOf(page, /Add credit/)
      .getByLabel('Amount')
      .fill('5');
    await dialogOf(page, /Add credit/)
      .getByLabel('Reason')
      .fill('Trial');
    await dialogOf(page, /Add credit/)
      .getByRole('button', { name: 'Add credit' })
      .click();
    const row = page.getByRole('row').filter({ hasText: 'Tenant' });
    await row.getByText('$15.00').waitFor();
    await actOn(page, 'Tenant', 'Suspend');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click();
    await row.getByText('suspended').waitFor();
    await assertAccessible(page);
    await actOn(page, 'Tenant', 'Delete');
    const deletion = dialogOf(page, 'Delete Tenant?');
    await deletion.getByLabel('Name of the account').fill('Tenant');
    await assertAccessible(page);
    await deletion.getByRole('button', { name: 'Delete for good' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('your account: an owner alone exports it, and deletes it by typing its name', async () => {
    const owner = await console.test.addAccount();
    const name = (await owner.call('GET', '/auth/me')).field('account.name');
    const { email } = await console.test.addPerson(owner, 'admin');
    const others = await console.openSignedIn('/settings/account', {}, email);
    await others.getByRole('heading', { name: 'Keyboard' }).waitFor();
    assert.equal(await others.getByRole('heading', { name: /the account$/ }).count(), 0);
    const narrow = { viewport: { width: 375, height: 700 } };
    const page = await console.openSignedIn('/settings/account', narrow, owner.email);
    await page.getByRole('heading', { name: 'Delete the account' }).waitFor();
    await assertFits(page);
    await assertAccessible(page);
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    assert.match((await downloaded).suggestedFilename(), /^acct_\w+-[\d-]+\.tar\.gz$/);
    await page.getByRole('button', { name: 'Delete the account' }).click();
    const dialog = dialogOf(page, `Delete ${name}?`);
    const forGood = dialog.getByRole('button', { name: 'Delete for good' });
    assert.ok(await forGood.isDisabled());
    await dialog.getByLabel('Name of the account').fill(`Not ${name}`);
    assert.ok(await forGood.isDisabled());
    await assertFits(page);
    await assertAccessible(page);
    await dialog.getByLabel('Name of the account').fill(` ${name}`);
    await forGood.click();
    await page.waitForURL('**/login');
    assert.equal((await owner.call('GET', '/agents')).status, 401);
  });

  it('your account: that of the operator says why it cannot be deleted', async () => {
    const page = await console.openSignedIn('/settings/account');
    await page.getByText(/This account runs the server/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Delete the account' }).count(), 0);
  });

  it('webhooks: the secret is shown once, a test arrives, and a delivery is looked at and sent again', async () => {
    const page = await console.openSignedIn('/settings/webhooks');
    await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Add webhook' }).first().click();
    const dialog = dialogOf(page, 'Add a webhook');
    await dialog.getByLabel('Address').fill(`http://${host}/hook`);
    await dialog.getByLabel('A job has failed').check();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('link', { name: `http://${host}/hook` }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('Your server has taken the test').waitFor();
    assert.equal(received.length, 1);
    await page.getByRole('button', { name: 'webhook.test' }).click();
    await page.getByText('thank you').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('row').nth(2).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await page.getByText('disabled', { exact: true }).first().waitFor();
  });

  it('a provider and a webhook are changed as they were read, or it is said that somebody else has saved them', async () => {
    const { owner } = console.test;
    const provider = await owner.call('POST', '/providers', {
      name: 'shared',
      kind: 'openai',
      api_key: 'sk-none',
      models: ['one'],
    });
    const providerPath = `/providers/${provider.field('id')}`;
    const page = await console.openSignedIn('/settings/models');
    await actOn(page, 'shared', 'Change');
    const dialog = dialogOf(page, 'Change shared');
    await dialog.getByLabel('Models').fill('mine');
    await owner.call('PATCH', providerPath, { models: ['theirs'] });
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    const merge = dialogOf(page, 'Somebody else has saved this provider');
    await merge.getByLabel('Take theirs').check();
    await merge.getByRole('button', { name: 'Save both changes' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual(at((await owner.call('GET', providerPath)).body, 'models'), ['theirs']);

    const hook = await owner.call('POST', '/webhooks', {
      url: `http://${host}/hook`,
      events: ['job.failed'],
    });
    const hookPath = `/webhooks/${hook.field('id')}`;
    await page.goto(`/settings${hookPath}`);
    await page.getByText('Told of job.failed.').waitFor();
    await owner.call('PATCH', hookPath, { events: ['job.stopped'] });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Make a new secret' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make a new secret' }).click();
    await page
      .getByRole('alert')
      .getByText(/Somebody else has saved it meanwhile/)
      .waitFor();
    await page.getByText('Told of job.stopped.').waitFor();
    assert.equal(at((await owner.call('GET', hookPath)).body, 'previous_secret_until'), null);
  });

  it('the audit log tells who did what, filtered by what is chosen', async () => {
    await console.test.createKey(console.test.owner, {
      name: 'audited',
      daily_limit_usd: 5,
      expires_at: '2040-01-31T12:00:00Z',
    });
    const page = await console.openSignedIn('/settings/audit');
    await page.getByLabel('What').selectOption('Created a key');
    // The unfiltered list has the line as well: what counts is that the others leave.
    await page.getByRole('table').getByRole('row').nth(2).waitFor({ state: 'detached' });
    await page.getByText('name: audited').waitFor();
    await page.getByText('daily limit: $5.00').waitFor();
    await page.getByText(/expires at: Jan 31, 2040/).waitFor();
    await assertAccessible(page);
    await page.setViewportSize({ width: 375, height: 700 });
    const line = page.getByRole('row').filter({ hasText: 'Created a key' });
    await line.getByText('Details').click();
    await line.getByText('name: audited').waitFor();
    await line.getByText('127.0.0.1').waitFor();
    await line.getByRole('button', { name: /^key / }).waitFor();
    await assertFits(page);
    await assertAccessible(page);
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'NDJSON' }).click();
    assert.equal((await downloaded).suggestedFilename(), 'audit.ndjson');
  });
});
