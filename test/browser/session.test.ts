import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PASSWORD } from '../../src/testing/test-app.ts';
import { assertAccessible, type ConsoleTest, signIn, startConsole } from './browser.ts';

describe('signing in to the console', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('leads who is not signed in to the form, and from there to where they wanted', async () => {
    const page = await console.open();
    await page.goto('/settings/account');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await assertAccessible(page);
    await page.getByLabel('Email').fill(console.test.owner.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The email or the password is wrong.').waitFor();
    assert.equal(
      await page.getByLabel('Email').inputValue(),
      console.test.owner.email,
      'what was typed stays',
    );
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/settings/account');
    await assertAccessible(page);
  });

  it('keeps no token where a script could read it', async () => {
    const page = await console.openSignedIn('/');
    const [cookie, ...others] = await page.context().cookies();
    assert.deepEqual(others, []);
    assert.equal(cookie?.httpOnly, true);
    assert.equal(cookie?.sameSite, 'Strict');
    const readable = await page.evaluate(
      '[document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join()',
    );
    assert.doesNotMatch(String(readable), /eyJ|rt_|muster_session/);
  });

  it('a one-time link sets a password and signs in; used again it says so', async () => {
    const made = await console.test.owner.call('POST', '/users', {
      email: 'new@example.com',
      role: 'viewer',
    });
    const link = made.field('setup_url');
    const page = await console.open();
    await page.goto(link);
    await assertAccessible(page);
    await page.getByLabel('Password').fill('password123');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.locator('[aria-invalid]').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(link);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('This set-up link was used already').waitFor();
  });

  it('a session that ends is asked for over the page, which keeps what was typed', async () => {
    const page = await console.openSignedIn('/settings/account');
    await page.getByLabel('New password').fill('half a thought');
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.request.post('/api/v1/auth/logout', { headers: { 'x-muster-console': '1' } });
    await page.getByRole('button', { name: 'Change password' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await assertAccessible(page);
    await dialog.getByLabel(/Password of/).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.getByLabel('New password').inputValue(), 'half a thought');
  });

  it('what somebody typed is not shown to who signs in after them in the same tab', async () => {
    const { email } = await console.test.addPerson(console.test.owner, 'editor');
    const page = await console.openSignedIn('/agents');
    const name = page.getByRole('dialog', { name: 'New agent' }).getByLabel('Name');
    const reopen = async () => {
      await page.goto('/agents');
      await page.getByRole('button', { name: 'New agent' }).first().click();
      return name.inputValue();
    };
    await reopen();
    await name.fill('Half a thought');
    await signIn(page, email);
    assert.equal(await reopen(), '');
    await signIn(page, console.test.owner.email);
    assert.equal(await reopen(), 'Half a thought');
  });

  it('shows where one is signed in, and signs out one session or all others', async () => {
    const { email } = await console.test.addPerson(console.test.owner, 'viewer');
    const page = await console.openSignedIn('/settings/account', {}, email);
    const other = await console.openSignedIn('/', {}, email);
    await page.reload();
    await page.getByText('this one').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Sign out Chrome on Linux' }).click();
    await page.getByText('That session has ended').waitFor();
    assert.equal((await other.request.get('/api/v1/auth/me')).status(), 401);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out the others' }).click();
    await page.getByText('You are signed in here alone').waitFor();
    assert.equal((await page.request.get('/api/v1/auth/me')).status(), 200);
  });

  it('signs out from the menu, and the cookie is dead', async () => {
    const page = await console.openSignedIn('/');
    const [cookie] = await page.context().cookies();
    await page.getByRole('button', { name: /owner@example.com/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const reply = await fetch(`${console.test.url}/api/v1/auth/me`, {
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    });
    assert.equal(reply.status, 401);
  });
});
