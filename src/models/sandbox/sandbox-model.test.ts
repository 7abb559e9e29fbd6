import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../lib/json.ts';
import { callOf, failureOf, RecordingSink } from '../test-support.ts';
import type { ContentPart, Item, ModelCall, ModelReply, ToolDefinition } from '../types.ts';
import { createSandboxModel } from './create-sandbox-model.ts';

const never = new AbortController().signal;

function ask(text: string, overrides: Partial<ModelCall> = {}): Promise<ModelReply> {
  return createSandboxModel().call(callOf(overrides, text), { signal: never });
}

function tool(
  name: string,
  description = '',
  properties: JsonObject = {},
  required?: string[],
): ToolDefinition {
  const parameters = { type: 'object', properties, required: required ?? Object.keys(properties) };
  return { name, description, parameters };
}

function user(text: string): Item {
  return { type: 'message', role: 'user', content: [{ type: 'text', text }] };
}

function result(name: string, output: string, isError = false): Item {
  return { type: 'tool_result', callId: `c-${name}`, name, output, isError };
}

const calls = (reply: ModelReply) => reply.toolCalls.map((call) => [call.name, call.arguments]);
const query = { query: { type: 'string' } };

test('without a directive it answers with the message, streamed and whole alike', async () => {
  const sink = new RecordingSink();
  const streamed = await createSandboxModel().call(callOf({}, 'Hello there, world'), { signal: never, sink });
  assert.deepEqual(await ask('Hello there, world'), streamed);
  assert.equal(streamed.text, 'Sandbox: Hello there, world');
  assert.equal(sink.textOf('text'), streamed.text);
  assert.ok(sink.parts.length > 1);
  assert.deepEqual(streamed.usage, {
    inputTokens: 5,
    cachedTokens: 0,
    outputTokens: 7,
    reasoningTokens: 0,
    estimated: false,
  });
});

test('an echo says which images and files it does not look at', async () => {
  const image = { type: 'image', url: 'https://example.com/a.png' } as const;
  const data = { type: 'url', url: 'https://example.com/a.pdf' } as const;
  const file = { type: 'file', mediaType: 'application/pdf', data } as const;
  const echoOf = async (...content: readonly ContentPart[]): Promise<string> =>
    (await ask('', { items: [{ type: 'message', role: 'user', content }] })).text;
  const look = { type: 'text', text: 'Look' } as const;
  assert.equal(await echoOf(look, image), 'Sandbox: Look (1 image, which the sandbox does not look at)');
  assert.equal(
    await echoOf(image, file, image),
    'Sandbox: (2 images and 1 file, which the sandbox does not look at)',
  );
  assert.equal(await echoOf({ type: 'text', text: '[[say Seen]]' }, image), 'Seen');
});

test('the last user message counts, not an earlier one', async () => {
  const reply = await ask('', {
    items: [
      user('[[say no]]'),
      { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'no' }] },
      user('yes'),
    ],
  });
  assert.equal(reply.text, 'Sandbox: yes');
});

test('[[think]] and [[say]] are reasoning and text', async () => {
  const sink = new RecordingSink();
  const call = callOf({}, '[[think Let me see [1].]] [[say {"a":[[1],[2]]}]] ignored');
  const reply = await createSandboxModel().call(call, { signal: never, sink });
  assert.equal(reply.reasoning[0]?.text, 'Let me see [1].');
  assert.equal(reply.text, '{"a":[[1],[2]]}');
  assert.equal(sink.textOf('reasoning'), 'Let me see [1].');
  assert.equal(reply.usage.reasoningTokens, 4);
});

test('several [[call]] are made one step each, then it answers', async () => {
  const text = 'Do it. [[call first {"a":{"b":[1,"]]}"]}}]] [[call second {}]] [[say done]]';
  const one = await ask(text);
  assert.deepEqual(calls(one), [['first', '{"a":{"b":[1,"]]}"]}}']]);
  assert.equal(one.finishReason, 'tool_calls');
  const two = await ask('', { items: [user(text), result('first', '1')] });
  assert.deepEqual(calls(two), [['second', '{}']]);
  assert.notEqual(one.toolCalls[0]?.callId, two.toolCalls[0]?.callId);
  const three = await ask('', { items: [user(text), result('first', '1'), result('second', '2')] });
  assert.deepEqual([three.text, calls(three), three.finishReason], ['done', [], 'stop']);
});

test('after scripted calls without a last word it answers with the message, or with the last results', async () => {
  const items = (text: string) => [user(text), result('f', 'forty-two')];
  assert.equal((await ask('', { items: items('[[call f {}]] Thanks') })).text, 'Sandbox: Thanks');
  assert.match((await ask('', { items: items('[[call f {}]]') })).text, /forty-two/);
});

test('[[parallel]] makes all its calls in one step, and arguments that are no JSON are passed on', async () => {
  const reply = await ask('[[parallel a {"x":"};{"}; b {}; c not json]]');
  assert.deepEqual(calls(reply), [
    ['a', '{"x":"};{"}'],
    ['b', '{}'],
    ['c', 'not json'],
  ]);
  const ids = reply.toolCalls.map((call) => call.callId);
  assert.equal(new Set(ids).size, 3);
});

test('what only looks like a directive is text', async () => {
  for (const text of [
    '[[unknown x]]',
    '[[call]]',
    '[[fail 200]]',
    '[[wait soon]]',
    'a [[ b ]] c',
    '[[say unclosed',
  ]) {
    assert.equal((await ask(text)).text, `Sandbox: ${text}`);
  }
});

test('[[chunks N]] gives exactly N parts, even of a short message', async () => {
  for (const n of [1, 2, 7, 500]) {
    const sink = new RecordingSink();
    const reply = await createSandboxModel().call(callOf({}, `[[chunks ${n}]] hi 🎌`), {
      signal: never,
      sink,
    });
    assert.equal(sink.parts.length, n);
    assert.ok(sink.parts.every((part) => part.type === 'text' && part.delta !== ''));
    assert.ok(reply.text.startsWith('Sandbox: hi 🎌'));
  }
});

test('[[wait MS]] waits that long, at most ten minutes, and an abort ends the wait', async () => {
  const waits: number[] = [];
  const model = createSandboxModel(async (ms) => {
    waits.push(ms);
  });
  await model.call(callOf({}, '[[wait 1500]] hi'), { signal: never });
  await model.call(callOf({}, '[[wait 999999999]] hi'), { signal: never });
  assert.deepEqual(waits, [1_500, 600_000]);
  const abort = new AbortController();
  const running = createSandboxModel().call(callOf({}, '[[wait 60000]]'), { signal: abort.signal });
  abort.abort();
  assert.equal((await failureOf(running)).failure, 'aborted');
});

test('[[fail STATUS]] gives the error of a provider with that status, at its place in the script', async () => {
  const expected = {
    401: 'auth',
    429: 'rate_limited',
    400: 'bad_request',
    500: 'unavailable',
    503: 'unavailable',
  };
  for (const [status, failure] of Object.entries(expected)) {
    const failed = await failureOf(ask(`[[fail ${status}]]`));
    assert.equal(failed.failure, failure);
    assert.equal(failed.partial.started, false);
  }
  assert.equal((await failureOf(ask('[[fail 429]]'))).error?.details.retryAfterMs, 1_000);
  const later = '[[call f {}]] [[fail 500]]';
  assert.equal((await ask(later)).finishReason, 'tool_calls');
  assert.equal((await failureOf(ask('', { items: [user(later), result('f', '')] }))).failure, 'unavailable');
});

test('[[cut]] breaks off about half-way, and what came is kept', async () => {
  const sink = new RecordingSink();
  const call = callOf({}, '[[say one two three four]] [[chunks 8]] [[cut]]');
  const failed = await failureOf(createSandboxModel().call(call, { signal: never, sink }));
  assert.equal(failed.failure, 'cut');
  assert.equal(sink.parts.length, 4);
  assert.equal(failed.partial.text, sink.textOf('text'));
  assert.equal(failed.partial.started, true);
  assert.ok((failed.partial.usage?.outputTokens ?? 0) > 0);
});

test('the bound on tokens and stop sequences are honoured', async () => {
  const short = await ask('one two three four five', { parameters: { maxOutputTokens: 3 } });
  assert.equal(short.text, 'Sandbox: one');
  assert.equal(short.finishReason, 'length');
  assert.equal(short.usage.outputTokens, 3);
  const stopped = await ask('one two three', { parameters: { stop: ['two'] } });
  assert.equal(stopped.text, 'Sandbox: one ');
  assert.equal(stopped.finishReason, 'stop');
});

test('an abort between parts ends it with what was said', async () => {
  const abort = new AbortController();
  const sink = new RecordingSink();
  const stopping = {
    part(part: Parameters<RecordingSink['part']>[0]) {
      sink.part(part);
      if (sink.parts.length === 3) abort.abort();
    },
  };
  const call = callOf({}, '[[say a b c d e f]]');
  const failed = await failureOf(createSandboxModel().call(call, { signal: abort.signal, sink: stopping }));
  assert.equal(failed.failure, 'aborted');
  assert.equal(failed.partial.text, sink.textOf('text'));
  assert.equal(sink.parts.length, 3);
});

test('with knowledge it searches with the question, then quotes and cites the best passages', async () => {
  const tools = [
    tool('calculator', 'Works out arithmetic', { expression: { type: 'string' } }),
    tool('knowledge_search', 'Searches the documents', query),
  ];
  const question = 'How many days do I have to return an item for a refund?';
  const first = await ask(question, { tools });
  assert.deepEqual(calls(first), [['knowledge_search', JSON.stringify({ query: question })]]);
  const output = [
    '[1] handbook.md › Returns',
    'We are fair. Items can be returned within 30 days for a full refund.',
    'A receipt is needed.',
    '',
    '[2] handbook.md › Refunds',
    'We pay a refund to the card that was used for the item. Days do not count.',
    '',
    '[3] handbook.md › Shipping',
    'Parcels leave our house within two days. Tracking is sent by mail.',
    '',
  ].join('\n');
  const answer = await ask('', { tools, items: [user(question), result('knowledge_search', output)] });
  assert.equal(
    answer.text,
    'Items can be returned within 30 days for a full refund. A receipt is needed. [1]\n\n' +
      'We pay a refund to the card that was used for the item. [2]',
  );
  assert.equal(answer.finishReason, 'stop');
  const nothing = await ask('', {
    tools,
    items: [user(question), result('knowledge_search', 'No passages match.')],
  });
  assert.match(nothing.text, /found nothing/);
});

test('passages that stand in the system text are quoted without a search', async () => {
  const instructions = 'Answer from these:\n[1] faq › Hours\nWe open at nine. We close at five.\n\n';
  assert.equal((await ask('When do you close?', { instructions })).text, 'We close at five. [1]');
  const untitled = instructions.replace('faq › Hours', 'faq.txt');
  assert.equal((await ask('When do you close?', { instructions: untitled })).text, 'We close at five. [1]');
  const note = 'Be kind.\n[1] faq.txt\nWe close at five.';
  assert.equal((await ask('When do you close?', { instructions: note })).text, 'Sandbox: When do you close?');
});

/** What is said of one passage, in which no line is left empty. */
async function quoteOf(question: string, text: string, source = 'shop'): Promise<string> {
  const output = `[1] ${source}\n${text.replaceAll(/^$/gm, ' ')}\n`;
  return (await ask('', { items: [user(question), result('knowledge_search', output)] })).text;
}

test('a quote says what its heading, its question or its row only names', async () => {
  const documents = {
    'How long is the warranty?': [
      'Warranty of Kelpie Lamps\n\nEvery lamp is covered for 6 years. Shades are not.',
      'Warranty of Kelpie Lamps: Every lamp is covered for 6 years. Shades are not. [1]',
    ],
    'How much is the floor lamp Heron and is it in stock?': [
      'product: Table lamp Swan\nprice_usd: 59.00\nin_stock: 0\n\nproduct: Floor lamp Heron\nprice_usd: 129.00\nin_stock: 4',
      '- product: Floor lamp Heron\n- price_usd: 129.00\n- in_stock: 4 [1]',
    ],
    'My lamp sparks, what now?': [
      'title: Rules of a lamp\nversion: 3\n\nrules[0].when: A lamp sparks\nrules[0].then: Unplug it\n\nrules[1].when: late\nrules[1].then: wait',
      '- rules[0].when: A lamp sparks\n- rules[0].then: Unplug it [1]',
    ],
    'Do you ship to Norway?': [
      'Do you ship to Norway?\nYes, within a week.\nDo you take cards?\nAll of them.',
      'Do you ship to Norway? Yes, within a week. [1]',
    ],
    'Who repairs a broken switch?': [
      'A switch that is broken within the time that was named above is\nmended by us, for nothing.\n\nBulbs are not.',
      'A switch that is broken within the time that was named above is mended by us, for nothing. [1]',
    ],
    'What is it to Norway?': [
      'Delivery costs\nTo all of the EU.\n\nCountry Standard Express\n\nGermany 4.90 12.90\n\nNorway 19.90 39.90',
      'Country Standard Express:\n- Norway 19.90 39.90 [1]',
    ],
    'Is there customs?': [
      'Costs\nThey are low.\n\n2. Customs\nFor Norway the recipient pays.\n\n3. Damage\nWrite to us.',
      'Customs: For Norway the recipient pays. [1]',
    ],
    'Which bulb fits?': [
      '| lamp | bulb |\n|---|---|\n| Swan | E14 |\n| Heron, any bulb fits | E27 |',
      'Heron, any bulb fits: E27 [1]',
    ],
  };
  for (const [question, [text = '', answer]] of Object.entries(documents))
    assert.equal(await quoteOf(question, text), answer);
  const bounded = await quoteOf('The warranty?', `Warranty\n${'Lamp and shade\n'.repeat(100)}`);
  assert.match(bounded, /^Warranty:\n- Lamp and shade\n(?:- Lamp and shade\n)+- Lamp and shade \[1\]$/);
  assert.ok(bounded.length < 500);
});

test('what looks like a further passage within one, or stands behind the last, is quoted as none', async () => {
  const quote = async (question: string) => {
    const output = '[4] a\nWe open at nine.\n \n[5] b › c\nWe close at five.\n\n[5] d\nWe ship on Mondays.\n';
    return (await ask('', { items: [user(question), result('knowledge_search', output)] })).text;
  };
  assert.match(await quote('When do you close?'), /We close at five\. \[4\]$/);
  assert.match(await quote('When do you ship?'), /We ship on Mondays\. \[5\]$/);
  const passages = '[1] a › b\nWe open at nine.\n\n[2] notes.txt\nWe close at five.\n\nAnswer politely.';
  const said = (question: string) => ask(question, { instructions: `Know this:\n\n${passages}` });
  assert.match((await said('When do you close?')).text, /We close at five\. \[2\]$/);
  assert.doesNotMatch((await said('Do you answer politely?')).text, /politely/);
});

test('a passage that has only a word in common with all others is not quoted beside the one that is meant', async () => {
  const output =
    '[1] a\nA lamp that sparks is unplugged.\n\n[2] b › Return a lamp\nPack the lamp.\n\n[3] c\nA lamp.\n';
  const said = await ask('', { items: [user('My lamp sparks'), result('knowledge_search', output)] });
  assert.equal(said.text, 'A lamp that sparks is unplugged. [1]');
});

test('a short question is answered by what stands under the heading that it names, lists as lists, code as code', async () => {
  const source = 'guide.md › Guide › Stopping';
  const cases = {
    'The signal ends it.\nIt takes 25 s.\n\nTo stop at once send two.':
      'The signal ends it. It takes 25 s. [1]',
    '- Send the signal\n- Wait for the end\n  of all streams\n\nMore.':
      '- Send the signal\n- Wait for the end of all streams [1]',
    'Type this:\n\n```sh\nkill 1\n```\n\nThen wait.': 'Type this:\n\n```\nkill 1\n```\n\nThen wait. [1]',
    'Type this:\n\n```sh\nkill 1\n```': 'Type this: [1]\n\n```\nkill 1\n```',
    '```sh\nkill 1\n```': 'As an example [1]:\n\n```\nkill 1\n```',
    'and so it ends. The signal ends it. In code:': 'The signal ends it. [1]',
  };
  for (const [text, answer] of Object.entries(cases))
    assert.equal(await quoteOf('How do I stop?', `## Stopping\n${text}`, source), answer);
});

test('a message of megabytes is answered; what is more than it reads is refused with both sizes', async () => {
  const tools = [tool('get_weather', 'Get the weather of a city', query)];
  const words = 'lorem ipsum '.repeat(330_000);
  assert.equal((await ask(words, { tools })).text, `Sandbox: ${words.trim()}`);
  const refused = await failureOf(ask('x'.repeat(4_000_001)));
  assert.equal(refused.failure, 'context_length');
  assert.match(refused.error?.message ?? '', /4,000,001 characters, and 'sandbox' reads up to 4,000,000/);
});

test('asked for arithmetic it calls the calculator, then answers with the result', async () => {
  const tools = [tool('calculator', 'Works out arithmetic', { expression: { type: 'string' } })];
  const cases = {
    'What is 12*7+3?': '12*7+3',
    'what is 17 times 3': '17 * 3',
    'How much is 15% of 80?': '15 / 100 * 80',
    'compute (2+3)*4 please': '(2+3)*4',
    'What is 1,000 divided by 8?': '1000 / 8',
    'square root of 144': 'sqrt(144)',
  };
  for (const [question, expression] of Object.entries(cases)) {
    assert.deepEqual(
      calls(await ask(question, { tools })),
      [['calculator', JSON.stringify({ expression })]],
      question,
    );
  }
  for (const question of ['Meet on 2026-01-05', 'Call 5 people', 'Hello']) {
    assert.deepEqual(calls(await ask(question, { tools })), [], question);
  }
  const done = await ask('', { tools, items: [user('What is 12*7+3?'), result('calculator', '87')] });
  assert.equal(done.text, '12*7+3 = 87');
});

test('of the tools it is given it calls the one that the message is about, with values out of it', async () => {
  const tools = [
    tool('send_email', 'Sends a mail', { to: { type: 'string' }, subject: { type: 'string' } }),
    tool('get_weather', 'Get the weather of a city', {
      location: { type: 'string' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      days: { type: 'integer', minimum: 1, maximum: 7 },
    }),
    tool('lookup_order', 'Finds an order', { order_id: { type: 'string' } }),
  ];
  const weather = await ask("What's the weather in San Francisco, in fahrenheit?", { tools });
  assert.deepEqual(calls(weather), [
    ['get_weather', '{"location":"San Francisco","unit":"fahrenheit","days":1}'],
  ]);
  assert.deepEqual(calls(await ask('Where is my order #A-1234?', { tools })), [
    ['lookup_order', '{"order_id":"A-1234"}'],
  ]);
  assert.deepEqual(calls(await ask('Tell me a joke', { tools })), []);
  const done = await ask('', { tools, items: [user('weather in Rome'), result('get_weather', '{"c":21}')] });
  assert.match(done.text, /get_weather.*\{"c":21\}/);
  const failed = await ask('', {
    tools,
    items: [user('weather in Rome'), result('get_weather', 'no such city', true)],
  });
  assert.match(failed.text, /failed: no such city/);
});

test('tool_choice is obeyed: none calls nothing, required and a named one always call', async () => {
  const tools = [tool('a'), tool('b')];
  assert.deepEqual(calls(await ask('[[call a {}]] hi', { tools, toolChoice: { type: 'none' } })), []);
  assert.deepEqual(calls(await ask('hi', { tools, toolChoice: { type: 'required' } })), [['a', '{}']]);
  assert.deepEqual(calls(await ask('hi', { tools, toolChoice: { type: 'tool', name: 'b' } })), [['b', '{}']]);
});

test('json_object and json_schema get JSON', async () => {
  const object = await ask('hi', { responseFormat: { type: 'json_object' } });
  assert.deepEqual(JSON.parse(object.text), { answer: 'Sandbox: hi' });
  const schema = {
    type: 'object',
    properties: { ok: { type: 'boolean' }, reason: { type: 'string' }, n: { type: 'integer', minimum: 5 } },
    required: ['ok', 'reason', 'n'],
    additionalProperties: false,
  };
  const structured = await ask('hi', { responseFormat: { type: 'json_schema', name: 'x', schema } });
  assert.deepEqual(JSON.parse(structured.text), { ok: true, reason: 'hi', n: 5 });
});

test('images and files are taken', async () => {
  const items: Item[] = [
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', url: 'data:image/png;base64,AA==' },
        { type: 'file', mediaType: 'application/pdf', data: { type: 'base64', base64: 'AA==' } },
      ],
    },
  ];
  const reply = await ask('', { items });
  assert.equal(reply.text, 'Sandbox: What is this? (1 image and 1 file, which the sandbox does not look at)');
  assert.ok(reply.usage.inputTokens > 1_000);
});

test('a message made to take for ever takes no time', async () => {
  const tools = [
    tool('calculator', '', { expression: { type: 'string' } }),
    tool('f', 'mail', { email: { type: 'string' } }),
  ];
  const size = 60_000;
  const began = process.cpuUsage();
  for (const piece of ['(', 'a', '[[say ', '[[parallel f {;', '1 ', 'x ', '[', '"', '5-', 'In A']) {
    const text = piece.repeat(Math.ceil(size / piece.length));
    for (const ending of ['', ']]']) await ask(`mail ${text}${ending}`, { tools });
  }
  assert.ok(process.cpuUsage(began).user < 20_000_000, 'less than twenty seconds of work');
});
