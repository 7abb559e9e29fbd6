import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCOUNT, AGENT, OTHER_ACCOUNT, openTestKnowledge } from './testing/test-knowledge.ts';

const HANDBOOK = `# Handbook

## Refunds

Refunds are paid within 30 days of the purchase. A late refund is paid with interest.

## Invoices

Invoices are sent on the first of each month. The größte invoice was sent to a café.

## 配送

請求書は毎月一日に送られます。

## Data

Data is kept for ten years. The retention of logs is shorter.
Data retention follows the law.
`;

test('a question finds the passage that answers it, with its place in the document', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const { id } = await add({ name: 'Handbook.md', text: HANDBOOK });
  const [first] = await knowledge.search(ACCOUNT, AGENT, 'When do you refund me?');
  assert.equal(first?.documentId, id);
  assert.equal(first?.documentName, 'Handbook.md');
  assert.equal(first?.heading, 'Handbook › Refunds');
  assert.ok((first?.score ?? 0) > 0);
  const { text } = await knowledge.getDocument(ACCOUNT, id);
  assert.equal(text.slice(first?.start, first?.end), first?.text);
});

test('words are found in other forms, cases and accents, and in scripts without spaces', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'Handbook.md', text: HANDBOOK });
  const headings = async (query: string) =>
    (await knowledge.search(ACCOUNT, AGENT, query)).map(({ heading }) => heading.replace('Handbook › ', ''));
  assert.deepEqual(await headings('INVOICED'), ['Invoices']);
  assert.deepEqual(await headings('in\u00advoices'), ['Invoices']);
  assert.deepEqual(await headings('cafe'), ['Invoices']);
  assert.deepEqual(await headings('GRÖSSTE'), ['Invoices']);
  assert.deepEqual(await headings('請求書'), ['配送']);
  assert.deepEqual((await headings('data retention'))[0], 'Data');
});

test('what nothing matches finds nothing, and so does a question of filler words', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'Handbook.md', text: HANDBOOK });
  for (const query of ['zebra', '', '   ', '!?', 'who are you', '请']) {
    assert.deepEqual(await knowledge.search(ACCOUNT, AGENT, query), [], query);
  }
});

test('a word in a heading or in the name counts more than one in the text', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  const filler = 'Some other words stand here to make up the text of the passage. '.repeat(3);
  await add({ name: 'a.md', text: `# Other\n\n${filler} shipping is named once.` });
  await add({ name: 'b.md', text: `# Shipping\n\n${filler} and it says more.` });
  await add({ name: 'Warranty.md', text: `# Cover\n\n${filler} two years.` });
  await add({ name: 'c.md', text: `# Else\n\n${filler} warranty.` });
  const best = async (query: string) => (await knowledge.search(ACCOUNT, AGENT, query))[0]?.documentName;
  assert.equal(await best('shipping'), 'b.md');
  assert.equal(await best('warranty'), 'Warranty.md');
});

test('nothing that a user types is query syntax', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'Handbook.md', text: HANDBOOK });
  const nasty = fc.constantFrom(
    '"',
    "'",
    'AND',
    'OR',
    'NOT',
    'NEAR(',
    ')',
    '*',
    '^',
    'body:',
    '{',
    '-',
    '+',
    '\\',
    '1_',
    ';--',
    '\0',
    '\ud800',
  );
  const query = fc.array(fc.oneof(nasty, fc.constant('refunds'), fc.string({ unit: 'binary' })), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(query, async (parts) => {
      await knowledge.search(ACCOUNT, AGENT, parts.join(' '));
    }),
    { numRuns: 200 },
  );
  assert.equal((await knowledge.search(ACCOUNT, AGENT, '"refunds" AND NOT (refunds*')).length, 1);
});

test('an agent finds its own documents only, and no other account anything', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'mine.txt', text: 'zebra of mine' });
  await add({ name: 'colleague.txt', text: 'zebra of a colleague' }, 'agent_two');
  await add({ name: 'foreign.txt', text: 'zebra of another account' }, AGENT, OTHER_ACCOUNT);
  const found = async (account: string, agent: string, query = 'zebra') =>
    (await knowledge.search(account, agent, query)).map(({ documentName }) => documentName);
  assert.deepEqual(await found(ACCOUNT, AGENT), ['mine.txt']);
  assert.deepEqual(await found(ACCOUNT, 'agent_two'), ['colleague.txt']);
  assert.deepEqual(await found(OTHER_ACCOUNT, AGENT), ['foreign.txt']);
  assert.deepEqual(await found(OTHER_ACCOUNT, 'agent_two'), []);
  // Scopes are numbers in front of words; neither can be typed.
  for (const id of [1, 2, 3])
    assert.deepEqual(await found(ACCOUNT, 'agent_two', `${id}_zebra ${id} another`), ['colleague.txt']);
});

test('how rare a word is, is counted among the agent’s own passages', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  // `gadget` is in all of the agent's passages and nowhere else; `hinge` in one of its own and in all of the others'.
  for (let i = 0; i < 8; i++) {
    await add({
      name: `own-${i}.txt`,
      text: i === 0 ? 'The gadget has a hinge and a case.' : `The gadget gadget part ${i}.`,
    });
  }
  const crowd = Array.from({ length: 30 }, (_, i) => `# H${i}\n\nThe hinge of door ${i} is a hinge.`).join(
    '\n\n',
  );
  await add({ name: 'crowd.md', text: crowd }, 'agent_two');
  const [first, second] = await knowledge.search(ACCOUNT, AGENT, 'gadget hinge');
  assert.equal(first?.documentName, 'own-0.txt');
  assert.ok((first?.score ?? 0) > 3 * (second?.score ?? 0));
});

test('the number of results is what was asked for, within bounds', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({
    name: 'many.md',
    text: Array.from({ length: 80 }, (_, i) => `# H${i}\n\nzebra ${i}`).join('\n\n'),
  });
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra')).length, 5);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra', 12)).length, 12);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra', 1_000)).length, 50);
  assert.equal((await knowledge.search(ACCOUNT, AGENT, 'zebra', 0)).length, 1);
});

test('a very long question is answered', async (t) => {
  const { knowledge, add } = await openTestKnowledge(t);
  await add({ name: 'Handbook.md', text: HANDBOOK });
  const letter = `Dear support, refunds please. ${'lorem ipsum dolor sit amet '.repeat(5_000)}`;
  assert.equal((await knowledge.search(ACCOUNT, AGENT, letter))[0]?.heading, 'Handbook › Refunds');
});
