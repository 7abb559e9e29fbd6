import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { assertAccessible, type ConsoleTest, hold, startConsole } from './browser.ts';

describe('the schedules page', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('makes a schedule with the crew’s inputs and a preview in plain words, runs it, disables and deletes it', async () => {
    const { owner } = console.test;
    const crew = await owner.call('POST', '/crews', {
      name: 'News',
      process: 'sequential',
      agents: [{ role: 'Writer', goal: 'Write', backstory: 'Wrote', model: 'sandbox' }],
      tasks: [{ description: 'Write of {topic}', expected_output: 'A text', agent: 'Writer' }],
    });
    assert.equal(crew.status, 201, crew.text);
    const page = await console.openSignedIn('/settings/schedules');
    await page.waitForURL((url) => url.pathname === '/schedules');
    await page.getByRole('heading', { name: 'No schedules yet' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'New schedule' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New schedule' });
    await dialog.getByLabel('Crew').selectOption('News');
    await dialog.getByLabel('topic').fill('kettles');
    await dialog.getByText('From Monday to Friday at 09:00').waitFor();
    await dialog.getByLabel('When').fill('nonsense');
    await dialog.getByText(/not yet times/).waitFor();
    await dialog.getByRole('button', { name: 'Make schedule' }).click();
    await dialog.locator('[aria-invalid]').waitFor();
    await dialog.getByLabel('When').fill('30 6 * * *');
    await dialog.getByLabel('Time zone').selectOption('Europe/Berlin');
    await dialog.getByText('Every day at 06:30').waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Make schedule' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const act = async (action: string) => {
      await page.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    const listed = (await owner.call('GET', '/schedules')).field('schedules.0.id');
    await owner.call('PATCH', `/schedules/${listed}`, {
      inputs: { topic: 'tea', count: 42, deep: { on: true } },
    });
    // It can be changed before the names of the crews have come.
    const slow = await hold(page, 'GET', '**/api/v1/crews?*');
    await page.reload();
    await act('Change');
    const edit = page.getByRole('dialog', { name: 'Change the schedule' });
    await edit.getByLabel('topic').fill('coffee');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'hidden' });
    slow.go();
    await page.getByRole('button', { name: 'Actions for News' }).waitFor();
    assert.deepEqual(at((await owner.call('GET', `/schedules/${listed}`)).body, 'inputs'), {
      topic: 'coffee',
      count: 42,
      deep: { on: true },
    });
    await act('Run now');
    await page.getByText('The crew is started').waitFor();
    await act('Disable');
    await page.getByRole('cell', { name: 'disabled', exact: true }).waitFor();
    await assertAccessible(page);
    await act('Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No schedules yet' }).waitFor();
  });
});
