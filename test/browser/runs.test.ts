import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertAccessible, assertFits, type ConsoleTest, startConsole } from './browser.ts';
import { LAUNCH, makeCrew, seedRuns, startRun } from './seed-crews.ts';

describe('runs in the console', () => {
  let console: ConsoleTest;
  let seeded: Awaited<ReturnType<typeof seedRuns>>;
  before(async () => {
    console = await startConsole();
    seeded = await seedRuns(console.test.owner);
  });
  after(() => console.close());

  const worker = { role: 'Clerk', goal: 'Work', model: 'sandbox' };

  it('one that goes on shows its words as they come, and ends when it is stopped', async () => {
    const { owner } = console.test;
    const crewId = await makeCrew(owner, {
      name: 'Slow',
      memory: false,
      agents: [worker],
      tasks: [
        { name: 'quick', description: 'Say it. [[say The first answer]]' },
        { name: 'slow', description: 'Think long. [[say Never said]] [[wait 60000]]', context: [] },
        { name: 'last', description: 'Never begun.', context: ['slow'] },
      ],
    });
    const id = await startRun(owner, crewId);
    const page = await console.openSignedIn(`/runs/${id}`);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByRole('button', { name: /^quick.*completed/ }).click();
    await page.getByRole('region', { name: 'Output of quick' }).getByText('The first answer').waitFor();
    await timeline.getByRole('button', { name: /^slow.*running/ }).waitFor();
    await page.locator('.react-flow__node').filter({ hasText: 'running' }).waitFor();
    await assertAccessible(page);

    // Words of the model, as the server would send them one by one.
    const { body } = await owner.call('GET', `/executions/${id}`);
    const word = (seq: number, fields: object) =>
      `id: ${seq}\ndata: ${JSON.stringify({ seq, type: 'delta', task_id: at(body, 'tasks_output.1.task_id'), ...fields })}\n\n`;
    const words = [{ text: 'Cut off' }, { restart: true, text: '' }, { text: 'Once ' }, { text: 'upon' }];
    await page.route('**/events', (route) =>
      route.request().headers()['last-event-id'] === undefined
        ? route.fulfill({
            contentType: 'text/event-stream',
            body: words.map((fields, index) => word(index + 1, fields)).join(''),
          })
        : route.abort(),
    );
    await page.reload();
    await page
      .getByRole('region', { name: 'Output of slow' })
      .getByText('Once upon', { exact: true })
      .waitFor();
    await page.getByText('connecting again…').waitFor();
    await page.unroute('**/events');

    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click();
    await timeline.getByRole('button', { name: /^last.*stopped/ }).waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    assert.equal((await owner.call('GET', `/executions/${id}`)).field('status'), 'stopped');
  });

  it('one that waits takes feedback, then the approval, and goes on to its end', async () => {
    const page = await console.openSignedIn(`/runs/${seeded.waiting}`);
    const waiting = page.getByRole('region', { name: /waits for your approval/ });
    await waiting.getByText('Answer My kettle leaks.').waitFor();
    await assertAccessible(page);
    await waiting.getByLabel('Feedback').fill('Say sorry first.');
    await waiting.getByRole('button', { name: 'Send back' }).click();
    await waiting.getByText('Say sorry first.').waitFor();
    await waiting.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('region', { name: 'Timeline' }).getByText('A person answered').first().waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    assert.equal(await page.getByRole('progressbar').getAttribute('value'), '100');
  });

  it('a lost connection is made again from where it broke off', async () => {
    const page = await console.openSignedIn('/runs');
    const asked: (string | undefined)[] = [];
    await page.route('**/events', async (route) => {
      asked.push(route.request().headers()['last-event-id']);
      if (asked.length > 1) return route.continue();
      const { text } = await console.test.owner.call('GET', new URL(route.request().url()).pathname.slice(7));
      const body = text.slice(0, text.indexOf('id: 4\n'));
      return route.fulfill({ contentType: 'text/event-stream', body });
    });
    await page.getByRole('link', { name: LAUNCH.name }).click();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByRole('button', { name: /calculator/ }).waitFor();
    // Events are shown as they come.
    await timeline.getByText('Model', { exact: true }).nth(4).waitFor();
    await timeline.getByText('Draws insights', { exact: true }).waitFor();
    assert.deepEqual(asked, [undefined, '3']);
    assert.equal(await timeline.getByText('Model', { exact: true }).count(), 5, 'each call once');
    assert.equal(await timeline.getByText('Draws insights', { exact: true }).count(), 1);
  });

  it('one that has ended shows what went into each call and what came out', async () => {
    const page = await console.openSignedIn(`/runs/${seeded.completed}`);
    await page.getByRole('button', { name: /calculator/ }).click();
    await page
      .getByRole('region', { name: 'Input', exact: true })
      .getByText('{"expression":"6*7"}')
      .waitFor();
    await page.getByRole('region', { name: 'Result', exact: true }).getByText('42').waitFor();
    await page.getByRole('region', { name: 'Task final' }).waitFor();
    await assertAccessible(page);
  });

  it('is run again from a task with other inputs, and keeps what came before', async () => {
    const page = await console.openSignedIn(`/runs/${seeded.completed}`);
    await page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('button', { name: /^draft/ })
      .click();
    await page.getByRole('button', { name: 'Rerun from here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run it again' });
    await dialog.getByLabel('product').fill('toaster');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('as a rerun of').waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    const rerun = await endOf(console.test.owner, new URL(page.url()).pathname.split('/').at(-1) ?? '');
    assert.equal(rerun.field('rerun_of'), seeded.completed);
    assert.equal(rerun.field('inputs.product'), 'toaster');
    assert.equal(at(rerun.body, 'tasks_output.1.kept'), true);
    assert.equal(at(rerun.body, 'tasks_output.2.kept'), false);
  });

  it('one that failed says why, what to do, and where to go on', async () => {
    const page = await console.openSignedIn(`/runs/${seeded.failed}`, { colorScheme: 'dark' });
    const why = page.getByRole('region', { name: 'Why it failed' });
    await why.getByText(/did not accept the request/).waitFor();
    await assertAccessible(page);
    await why.getByRole('button', { name: 'Rerun from the failed task' }).click();
    const from = page.getByRole('dialog').getByLabel('From');
    assert.equal(await from.locator('option:checked').textContent(), 'report');
  });

  it('are found by state and crew, and ten thousand of them are not all in the page', async () => {
    const page = await console.openSignedIn('/runs');
    await page.getByRole('link', { name: 'Night report' }).waitFor();
    await assertAccessible(page);
    await page.getByLabel('Status').selectOption('failed');
    await page.getByText('1 run', { exact: true }).waitFor();
    await page.getByLabel('Crew').selectOption({ label: 'Answer to a complaint' });
    await page.getByText('No run fits these filters.').waitFor();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await page.goto(`/runs?from=${tomorrow}`);
    await page.getByText('No run fits these filters.').waitFor();

    const [row] = [at((await console.test.owner.call('GET', '/executions?brief=true')).body, 'executions.0')];
    const pages: number[] = [];
    await page.route('**/api/v1/executions?*', (route) => {
      const number = Number(new URL(route.request().url()).searchParams.get('page'));
      pages.push(number);
      const executions = Array.from({ length: 100 }, (_, index) => ({
        ...Object(row),
        job_id: `job_${number}_${index}`,
        crew_name: `Crew ${(number - 1) * 100 + index + 1}`,
      }));
      return route.fulfill({ json: { executions, total: 10_000, page: number } });
    });
    await page.goto('/runs');
    await page.getByText('10,000 runs').waitFor();
    await page.evaluate(`document.querySelector('section[aria-label=Runs]').scrollTo(0, 1e9)`);
    await page.getByRole('link', { name: 'Crew 10000' }).waitFor();
    assert.ok((await page.getByRole('row').count()) < 60);
    assert.ok(pages.length < 6, `asked for the pages ${pages.join(', ')}`);
    await assertAccessible(page);
  });

  it('one that is not there says so, and one whose crew was deleted stays', async () => {
    const { owner } = console.test;
    const page = await console.openSignedIn('/runs/job_none');
    await page.getByText("There is no job 'job_none'.").waitFor();
    await assertAccessible(page);
    const crewId = await makeCrew(owner, { ...LAUNCH, name: 'Gone' });
    const id = await startRun(owner, crewId, { product: 'tea' });
    await endOf(owner, id);
    await owner.call('DELETE', `/crews/${crewId}`);
    await page.goto(`/runs/${id}`);
    await page.getByRole('heading', { name: 'Run of Gone' }).waitFor();
    await page.getByRole('link', { name: 'Crew', exact: true }).click();
    await page.getByText(`There is no crew '${crewId}'.`).waitFor();
  });

  it('on a phone nothing is wider than the screen', async () => {
    const page = await console.openSignedIn(`/runs/${seeded.completed}`, {
      viewport: { width: 375, height: 700 },
    });
    await page.getByRole('region', { name: 'Task final' }).waitFor();
    await assertFits(page);
    await page.goto('/runs');
    await page.getByRole('link', { name: 'Night report' }).waitFor();
    await assertFits(page);
  });
});
