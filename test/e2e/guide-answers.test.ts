import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startTestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { GUIDE_QUESTIONS } from './guide-questions.ts';

const GUIDE = new URL('../../docs/guide/', import.meta.url);

interface Found {
  readonly results: readonly { readonly document: string; readonly heading: string }[];
}

interface Answer {
  readonly choices: readonly [
    {
      readonly message: {
        readonly content: string;
        readonly annotations: readonly { readonly url_citation: Citation }[];
      };
    },
  ];
}

interface Citation {
  readonly url: string;
  readonly start_index: number;
  readonly end_index: number;
}

test('the demo agent’s documents answer what people ask of them, with citations that are numbered from 1 without a gap', async () => {
  const app = await startTestApp();
  try {
    const agent = await app.createAgent(app.owner);
    const { key } = await app.createKey(app.owner);
    const form = new FormData();
    for (const name of readdirSync(GUIDE))
      form.append('file', new Blob([readFileSync(new URL(name, GUIDE))]), name);
    assert.equal((await app.owner.call('POST', `/agents/${agent}/documents`, form)).status, 201);
    await until('the guide to be indexed', async () => {
      const { text } = await app.owner.call('GET', `/agents/${agent}/documents?limit=100`);
      return !/"status":"(queued|indexing)"/.test(text);
    });

    const tally = { first: 0, amongThree: 0, answered: 0 };
    const wrong: string[] = [];
    for (const { question, sections, says } of GUIDE_QUESTIONS) {
      const search = await app.owner.call('POST', `/agents/${agent}/search`, { query: question });
      const { results } = search.body as Found;
      const place = results.findIndex(({ document, heading }) =>
        sections.includes(`${document.replace('.md', '')} › ${heading.split(' › ').at(-1)}`),
      );
      if (place === 0) tally.first++;
      else wrong.push(question);
      if (place >= 0 && place < 3) tally.amongThree++;

      const reply = await app.request('POST', '/api/agents/v1/chat/completions', {
        token: key,
        body: { model: agent, messages: [{ role: 'user', content: question }] },
      });
      assert.equal(reply.status, 200, reply.text);
      const [{ message }] = (reply.body as Answer).choices;
      const [beginning = ''] = message.content.split(/ ?\[\d+\]/);
      if (says.test(beginning)) tally.answered++;
      checkNumbers(
        question,
        message.content,
        message.annotations.map(({ url_citation }) => url_citation),
      );
    }
    // Of 40. A change of the guide may cost one or two; what knows nothing of headings loses more.
    assert.ok(
      tally.first >= 33 && tally.amongThree >= 37 && tally.answered >= 34,
      JSON.stringify({ tally, wrong }),
    );
  } finally {
    await app.close();
  }
});

/** Each number that an answer ends a part with has its annotation, over the words before it up to its end. */
function checkNumbers(question: string, content: string, citations: readonly Citation[]): void {
  assert.doesNotMatch(content, /^"| \/ |\|$/m, question);
  const parts = [...content.matchAll(/ \[(\d+)\](?=$|\n\n)/g)];
  assert.deepEqual(
    parts.map(([, number]) => Number(number)),
    parts.map((_, index) => index + 1),
    `${question}\n${content}`,
  );
  for (const part of parts) {
    const end = part.index + part[0].length;
    const citation = citations.find(({ end_index }) => end_index === end);
    assert.ok(citation, `${question}: ${part[0]}`);
    assert.match(content.slice(citation.start_index, end), /[\p{L}\p{N}]/u);
    assert.match(citation.url, /\/knowledge\/doc_\w+\?start=\d+&end=\d+$/);
  }
}
