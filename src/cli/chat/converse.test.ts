import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { until } from '../../testing/until.ts';
import { createApiClient } from '../client/api-client.ts';
import { fixedSession } from '../client/session.ts';
import { createScreen } from '../screen.ts';
import { converse } from './converse.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';

describe('talking with an agent', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  /** A talk at a terminal that is typed by a test. */
  function sitDown(agentId: string) {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const shown = { out: '', err: '' };
    const screenTo = (name: keyof typeof shown) => {
      const stream = Object.assign(new PassThrough(), { isTTY: true });
      stream.on('data', (chunk) => (shown[name] += String(chunk)));
      return createScreen(stream, { NO_COLOR: '1' });
    };
    const client = createApiClient(fixedSession(test.url, test.owner.token));
    const left = converse({ input, out: screenTo('out'), err: screenTo('err') }, client, {
      agentId,
      conversationId: undefined,
    });
    return {
      shown,
      left,
      type: (text: string) => input.write(text),
      async see(name: keyof typeof shown, wanted: RegExp): Promise<void> {
        await until(
          `${wanted}`,
          () => shown,
          () => wanted.test(shown[name]),
        );
      },
    };
  }

  it('keeps one conversation, stops an answer by Ctrl-C, survives a failure and ends by Ctrl-D', async () => {
    const agentId = await test.createAgent(test.owner);
    const talk = sitDown(agentId);
    talk.type('[[say first]]\r');
    await talk.see('out', /^first\n$/);
    await talk.see('err', /tokens in/);
    talk.type('[[fail 500]]\r');
    await talk.see('err', /muster: .*\(502 /);
    talk.type('[[wait 60000]] [[say never]]\r');
    await talk.see('err', /never/);
    talk.type(CTRL_C);
    await talk.see('err', /stopped/);
    talk.type('[[say last]]\r');
    await talk.see('out', /last\n$/);
    await talk.see('err', /tokens in[\s\S]*tokens in/);
    talk.type(CTRL_C);
    await talk.see('err', /Ctrl-D leaves/);
    talk.type(CTRL_D);
    await talk.left;
    assert.equal(talk.shown.out, 'first\nlast\n');
    const list = await test.owner.call('GET', `/conversations?agent_id=${agentId}`);
    assert.equal(at(list.body, 'total'), 1);
    assert.equal(at(list.body, 'conversations.0.turn_count'), 2);
  });

  it('answers lines that were typed ahead in their order', async () => {
    const talk = sitDown(await test.createAgent(test.owner));
    talk.type('[[wait 50]] [[say one]]\r[[say two]]\r\r[[say three]]\r');
    await talk.see('out', /three\n$/);
    talk.type(CTRL_D);
    await talk.left;
    assert.equal(talk.shown.out, 'one\ntwo\nthree\n');
  });
});
