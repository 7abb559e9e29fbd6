import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { createCrew } from '../http/objects.ts';
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

  it('saves over nothing that somebody else has saved since it was read, and loses nothing of either', async () => {
    const { owner } = console.test;
    const { crewId } = await createCrew(owner);
    const made = await owner.call('POST', '/schedules', {
      crew_id: crewId,
      cron: '0 9 * * *',
      name: 'Daily',
    });
    const path = `/schedules/${made.field('id')}`;
    const now = async () => {
      const { name, cron, enabled } = Object((await owner.call('GET', path)).body);
      return { name, cron, enabled };
    };
    const page = await console.openSignedIn('/schedules');
    const act = async (row: string, action: string) => {
      await page.getByRole('button', { name: `Actions for ${row}`, exact: true }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    const edit = page.getByRole('dialog', { name: 'Change the schedule' });
    const save = edit.getByRole('button', { name: 'Save', exact: true });
    await act('Daily', 'Change');
    await edit.getByLabel('Name').fill('Mine');
    await owner.call('PATCH', path, { name: 'Theirs', cron: '0 7 * * *' });
    await save.click();
    const merge = page.getByRole('dialog', { name: 'Somebody else has saved this schedule' });
    await merge.getByRole('heading', { name: 'When: their change is taken' }).waitFor();
    await merge.getByText('Name: you both changed it').waitFor();
    await assertAccessible(page);
    await merge.getByRole('button', { name: 'Back to editing' }).click();
    const told = await edit.getByText(/Yours is not saved yet/).boundingBox();
    const title = await edit.getByText('Starts a crew by the clock').boundingBox();
    assert.ok(told && title && told.y > title.y, 'what is wrong is in sight, below the title');
    assert.deepEqual(await now(), { name: 'Theirs', cron: '0 7 * * *', enabled: true });
    await save.click();
    await merge.getByRole('button', { name: 'Save both changes' }).click();
    await edit.waitFor({ state: 'hidden' });
    assert.deepEqual(await now(), { name: 'Mine', cron: '0 7 * * *', enabled: true });

    // What was typed comes back over what it was typed over, not over what has been saved since.
    await act('Mine', 'Change');
    await edit.getByLabel('Name').fill('Typed');
    await owner.call('PATCH', path, { name: 'Theirs, too' });
    await page.reload();
    await act('Theirs, too', 'Change');
    assert.equal(await edit.getByLabel('Name').inputValue(), 'Typed');
    await save.click();
    await merge.getByText('Name: you both changed it').waitFor();
    assert.equal((await now()).name, 'Theirs, too');
    await merge.getByRole('button', { name: 'Back to editing' }).click();
    await edit.getByRole('button', { name: 'Discard it' }).click();
    assert.equal(await edit.getByLabel('Name').inputValue(), 'Theirs, too');
    await edit.getByLabel('Name').fill('Typed');
    await owner.call('PATCH', path, { name: 'Theirs, again' });
    await page.reload();
    await act('Theirs, again', 'Change');
    await save.click();
    await merge.getByRole('button', { name: 'Save both changes' }).click();
    await edit.waitFor({ state: 'hidden' });
    assert.equal((await now()).name, 'Typed');

    await act('Typed', 'Change');
    await edit.getByLabel('Name').fill('Mine again');
    const sent = await hold(page, 'PATCH', `**/api/v1${path}`);
    await save.click();
    await sent.asked;
    sent.lose();
    await edit.getByText(/cannot be reached/).waitFor();
    await save.click();
    await edit.waitFor({ state: 'hidden' });
    assert.equal((await now()).name, 'Mine again', 'and their own save is nobody else’s');

    await page.getByRole('button', { name: 'Actions for Mine again' }).waitFor();
    await owner.call('PATCH', path, { cron: '0 8 * * *' });
    await act('Mine again', 'Disable');
    await page
      .getByRole('alert')
      .getByText(/Somebody else has saved it meanwhile/)
      .waitFor();
    await page.getByText('Every day at 08:00').waitFor();
    assert.equal((await now()).enabled, true);
    await act('Mine again', 'Disable');
    await page.getByRole('cell', { name: 'disabled', exact: true }).waitFor();
    await owner.call('PATCH', path, { cron: '0 6 * * *' });
    await act('Mine again', 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alert').getByText('The schedule could not be deleted').waitFor();
    assert.equal((await now()).cron, '0 6 * * *');
  });
});
