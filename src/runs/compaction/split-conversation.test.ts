import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Item } from '../../models/index.ts';
import { splitConversation, toStandIn, toTranscript } from './split-conversation.ts';

const message = (role: 'system' | 'user' | 'assistant', text: string): Item => ({
  type: 'message',
  role,
  content: [{ type: 'text', text }],
});

it('everything answered is summarised; instructions and the open question stay', () => {
  const system = message('system', 'Be kind');
  const [asked, said, open] = [message('user', 'a'), message('assistant', 'b'), message('user', 'c')];
  assert.deepEqual(splitConversation([system, asked, said, open]), {
    older: [asked, said],
    retained: [system, open],
  });
  assert.deepEqual(splitConversation([asked, said]), { older: [asked, said], retained: [] });
});

it('a conversation of questions only is summarised whole', () => {
  const asked = message('user', 'a');
  assert.deepEqual(splitConversation([asked]), { older: [asked], retained: [] });
  assert.deepEqual(splitConversation([]), { older: [], retained: [] });
});

it('a transcript names who spoke, and keeps the end when there is too much', () => {
  const items = [message('user', 'first'), message('assistant', 'last')];
  assert.equal(toTranscript(items, 1000), 'User: first\n\nAssistant: last');
  assert.equal(toTranscript(items, 4), '[…]\nlast');
});

it('the stand-in has the summary, and the latest words of the user within an eighth of the original', () => {
  const long = message('assistant', 'x'.repeat(1000));
  const items = [
    message('user', 'early and long '.repeat(20)),
    long,
    message('user', 'My name is Ada'),
    long,
  ];
  const text = toStandIn('They talked.', items);
  assert.match(text, /They talked\./);
  assert.match(text, /My name is Ada/);
  assert.ok(!text.includes('early and long'));
});
