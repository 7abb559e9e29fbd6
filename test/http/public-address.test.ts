import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byNumber } from '../../src/testing/by-number.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

/** The links that people are given: to set a password, to embed a chat, to look up what was cited. */
async function linksOf(test: TestApp): Promise<unknown[]> {
  const person = await test.owner.call('POST', '/users', { email: 'ann@example.com', role: 'viewer' });
  const again = await test.owner.call('POST', `/users/${person.field('id')}/setup-link`, {});
  const account = { name: 'Acme', owner_email: 'boss@acme.example' };
  const made = await test.owner.call('POST', '/accounts', account);
  const agentId = await test.createAgent(test.owner);
  const note = { name: 'cups.txt', text: 'Cups are kept in the cupboard.' };
  const document = await test.owner.call('POST', `/agents/${agentId}/documents`, note);
  await test.app.knowledge.waitUntilSettled(test.owner.accountId, document.field('id'));
  const { id: keyId, key } = await test.createKey(test.owner, { name: 'site' });
  const visit = { key_id: keyId, allowed_origins: ['https://shop.example'] };
  const widget = await test.owner.call('POST', `/agents/${agentId}/widget-tokens`, visit);
  const answer = await test.request('POST', '/api/agents/v1/chat/completions', {
    token: key,
    body: { model: agentId, messages: [{ role: 'user', content: 'Where are the cups?' }] },
  });
  return [
    person.field('setup_url'),
    again.field('setup_url'),
    made.field('owner.setup_url'),
    /src="([^"]+)"/.exec(widget.field('script'))?.[1],
    at(answer.body, 'choices.0.message.annotations.0.url_citation.url'),
  ];
}

describe('the links that people are given', () => {
  for (const [what, environment] of [
    ['lead to the address that the server listens at', {}],
    ['lead to MUSTER_PUBLIC_URL where it is set', { MUSTER_PUBLIC_URL: 'https://muster.example.com' }],
  ] as const) {
    it(what, async () => {
      const test = await startTestApp(environment);
      try {
        const wanted = 'MUSTER_PUBLIC_URL' in environment ? environment.MUSTER_PUBLIC_URL : test.url;
        assert.match(test.url, /^http:\/\/127\.0\.0\.1:\d+$/);
        for (const link of await linksOf(test)) {
          assert.ok(byNumber(String(link)).startsWith(`${wanted}/`), `${link} is not at ${wanted}`);
        }
      } finally {
        await test.close();
      }
    });
  }
});
