import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { until } from '../../src/testing/until.ts';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

const ANSWER = [
  '# Returns',
  '',
  'Send it **within 42 days**, see [the terms](https://example.com/terms) or [this](javascript:alert(1)).',
  '',
  '1. Pack it',
  '2. Print `the label`',
  '',
  '| Country | Days |',
  '|---|---|',
  '| France | 3 |',
  '',
  '<img src=x onerror="document.title=1"> ![a kettle](https://example.com/kettle.png)',
].join('\n');

/** Within its box and the window. */
async function isInSight(page: Page, element: Locator): Promise<boolean> {
  const [outer, inner] = [
    await page.getByRole('region', { name: 'Conversation' }).boundingBox(),
    await element.boundingBox(),
  ];
  return outer !== null && inner !== null && inner.y >= outer.y && inner.y < outer.y + outer.height;
}

describe('answers in the console', () => {
  let console: ConsoleTest;
  before(async () => {
    console = await startConsole();
  });
  after(() => console.close());

  it('are shown in their form; nothing of them runs, and nothing is loaded from elsewhere', async () => {
    const id = await console.test.createAgent(console.test.owner);
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByLabel('Message').fill(`[[say ${ANSWER}]]`);
    await page.getByLabel('Message').press('Enter');
    const chat = page.getByRole('log');
    await chat.getByRole('cell', { name: 'France' }).waitFor();
    await chat.getByRole('listitem').filter({ hasText: 'Pack it' }).waitFor();
    assert.equal(
      await chat.getByRole('link', { name: 'the terms' }).getAttribute('rel'),
      'noreferrer noopener',
    );
    assert.equal(await chat.getByRole('link', { name: 'this' }).count(), 0, 'a script is no link');
    assert.equal(await chat.locator('img').count(), 0);
    await chat.getByText('<img src=x onerror=').last().waitFor();
    await assertAccessible(page);
  });

  it('are read from their question on, however long they are, and name their sources by number', async () => {
    const id = await console.test.createAgent(console.test.owner);
    const notes = `# Returns\n\n${'Goods are returned in their box. '.repeat(6)}\n\n# Shipping\n\nParcels take three days.`;
    await console.test.owner.call('POST', `/agents/${id}/documents`, { name: 'notes.md', text: notes });
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByRole('link', { name: 'Documents', exact: true }).waitFor();
    const ask = async (question: string) => {
      await page.getByLabel('Message').fill(question);
      await page.getByLabel('Message').press('Enter');
    };
    await ask(`[[say ${Array.from({ length: 60 }, (_, at) => `Line ${at}`).join('\n\n')}]]`);
    await page.getByText('Line 59', { exact: true }).waitFor();
    const question = page.getByRole('log').getByText('[[say Line 0').first();
    await until('the question to stay in sight', () => isInSight(page, question));
    await until('the document to be ready', async () =>
      (await console.test.owner.call('GET', `/agents/${id}/documents`)).text.includes('"ready"'),
    );
    await ask('shipping');
    await page.getByRole('list', { name: 'Sources' }).getByRole('link', { name: '[1] notes.md' }).waitFor();
    await assertAccessible(page);
  });

  it('can be stopped, and what came until then stays', async () => {
    const id = await console.test.createAgent(console.test.owner);
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByLabel('Message').fill('[[say First words]] [[wait 60000]]');
    await page.getByLabel('Message').press('Enter');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. What was used until then is billed.').waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
  });

  it('that fail say why, under which request, and the next question goes on', async () => {
    const id = await console.test.createAgent(console.test.owner);
    const page = await console.openSignedIn(`/agents/${id}`);
    await page.getByLabel('Message').fill('[[fail 503]]');
    await page.getByLabel('Message').press('Enter');
    await page.getByRole('alert').getByText(/req_/).waitFor();
    await assertAccessible(page);
    await page.getByLabel('Message').fill('Still there?');
    await page.getByLabel('Message').press('Enter');
    await page.getByText('Sandbox: Still there?').waitFor();
  });
});
