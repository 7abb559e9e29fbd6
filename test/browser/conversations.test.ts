import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';

describe('conversations in the console', () => {
  let console: ConsoleTest;
  let agent: string;
  before(async () => {
    console = await startConsole();
    agent = await console.test.createAgent(console.test.owner, { name: 'Clerk', tools: ['calculator'] });
  });
  after(() => console.close());

  const say = async (content: string, thread: object = {}) => {
    const reply = await console.test.request('POST', '/api/agents/v1/chat/completions', {
      token: console.test.owner.token,
      body: { model: agent, messages: [{ role: 'user', content }], ...thread },
    });
    return { conversation_id: reply.field('conversation_id'), parent_message_id: reply.field('message_id') };
  };

  it('are found by their words and read with the steps behind each answer', async () => {
    const page = await console.openSignedIn('/conversations');
    await page.getByRole('heading', { name: 'No conversations yet' }).waitFor();
    await assertAccessible(page);
    await say('About kettles [[call calculator {"expression":"6*7"}]]');
    await say('About teapots');
    await page.reload();
    await page.getByRole('link', { name: /About teapots/ }).waitFor();
    await page.getByLabel('Search').fill('kettles');
    await page.getByRole('link', { name: /About teapots/ }).waitFor({ state: 'detached' });
    await assertAccessible(page);
    await page.getByLabel('Search').fill('6*7');
    await page.locator('mark').filter({ hasText: '6*7' }).first().waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: /About kettles/ }).click();
    await page.getByRole('link', { name: 'Clerk' }).waitFor();
    await page.getByText('How it came about').click();
    await page.getByRole('region', { name: 'What calculator answered' }).getByText('42').waitFor();
    await page.getByText(/Version 1 on sandbox/).waitFor();
    await assertAccessible(page);
  });

  it('say at once why an answer did not come to its end', async () => {
    await console.test.request('POST', '/api/agents/v1/chat/completions', {
      token: console.test.owner.token,
      body: {
        model: agent,
        messages: [{ role: 'user', content: 'Broken off [[say As far as here]] [[cut]]' }],
        stream: true,
      },
    });
    const page = await console.openSignedIn('/conversations');
    await page.getByRole('link', { name: /Broken off/ }).click();
    const turns = page.getByRole('list', { name: 'Turns' });
    await turns.getByText('failed', { exact: true }).waitFor();
    await turns.getByText(/broke off/).waitFor();
    await assertAccessible(page);
    await page.getByText('How it came about').click();
    await turns.getByText(/broke off/).waitFor({ state: 'hidden' });
  });

  it('of an agent that was deleted can still be read, and lead to no page of it', async () => {
    const gone = await console.test.createAgent(console.test.owner, { name: 'Gone' });
    const reply = await console.test.request('POST', '/api/agents/v1/chat/completions', {
      token: console.test.owner.token,
      body: { model: gone, messages: [{ role: 'user', content: 'Farewell' }] },
    });
    await console.test.owner.call('DELETE', `/agents/${gone}`);
    const page = await console.openSignedIn(`/conversations/${reply.field('conversation_id')}`);
    await page.getByText('Sandbox: Farewell').waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator(`a[href="/agents/${gone}"]`).count(), 0);
  });

  it('show of a text of any length the beginning, and all of it when asked', async () => {
    const said = await say(`Long ${'word '.repeat(5_000)}end`);
    const page = await console.openSignedIn(`/conversations/${said.conversation_id}`);
    const turns = page.getByRole('list', { name: 'Turns' });
    const all = turns.getByRole('button', { name: /^Show all \(25,0\d\d characters\)$/ });
    await all.nth(1).waitFor();
    assert.equal(await turns.getByText(/word end$/).count(), 0);
    await assertAccessible(page);
    await all.first().click();
    await turns.getByText(/^Long word .*word end$/).waitFor();
    assert.equal(await all.count(), 1, 'the answer, which repeats it, stays as it was');
  });

  it('show their branches as a tree, one of them at a time', async () => {
    const first = await say('Once upon a time');
    await say('There was a king', first);
    await say('There was a queen', first);
    const page = await console.openSignedIn(`/conversations/${first.conversation_id}`);
    const turns = page.getByRole('list', { name: 'Turns' });
    await turns.getByText('There was a queen', { exact: true }).waitFor();
    await turns.getByText('Branch 2 of 2').waitFor();
    await assertAccessible(page);
    await page
      .getByRole('navigation', { name: 'Branches' })
      .getByRole('button', { name: 'There was a king' })
      .click();
    await turns.getByText('There was a king', { exact: true }).waitFor();
    assert.equal(await turns.getByText('There was a queen', { exact: true }).count(), 0);
    await page.getByRole('button', { name: 'The branch after' }).click();
    await turns.getByText('There was a queen', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete conversation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Conversations' }).waitFor();
    const gone = await console.test.owner.call('GET', `/conversations/${first.conversation_id}`);
    assert.equal(gone.status, 404);
  });
});
