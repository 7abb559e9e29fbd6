import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../lib/clock.ts';
import { MusterError } from '../lib/errors.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../testing/scripted-upstream.ts';
import { createModels, type Models } from './create-models.ts';
import type { ProviderConfig, ProviderSettings } from './provider-settings.ts';
import { callOf, failureOf, instantRetries } from './test-support.ts';

const NOTHING: ProviderConfig = {
  OPENAI_API_KEY: undefined,
  OPENAI_BASE_URL: undefined,
  ANTHROPIC_API_KEY: undefined,
  GOOGLE_GENERATIVE_AI_API_KEY: undefined,
  OPENROUTER_API_KEY: undefined,
  OLLAMA_HOST: undefined,
  MUSTER_TOOL_ALLOW_HOSTS: [],
};
const never = new AbortController().signal;
const opened: Models[] = [];
let upstream: ScriptedUpstream;

before(async () => {
  upstream = await startScriptedUpstream({ text: 'Hello' });
});
after(async () => {
  await Promise.all(opened.map((models) => models.close()));
  await upstream.close();
});

function modelsWith(config: Partial<ProviderConfig>): Models {
  const models = createModels({
    config: { ...NOTHING, ...config },
    clock: systemClock,
    retries: instantRetries(),
  });
  opened.push(models);
  return models;
}

const all = {
  OPENAI_API_KEY: 'a',
  ANTHROPIC_API_KEY: 'b',
  GOOGLE_GENERATIVE_AI_API_KEY: 'c',
  OPENROUTER_API_KEY: 'd',
};
const acme: ProviderSettings = {
  name: 'acme',
  kind: 'openai-compatible',
  baseUrl: 'https://llm.acme.test/v1',
  apiKey: 'k',
  models: ['org/big-model', 'small'],
};

test('names find their provider, with or without it before the slash', () => {
  const models = modelsWith(all);
  const ids = {
    sandbox: 'sandbox',
    'gpt-4': 'openai/gpt-4',
    'openai/gpt-4o': 'openai/gpt-4o',
    'claude-3-opus': 'anthropic/claude-3-opus',
    'gemini-2.5-flash': 'google/gemini-2.5-flash',
    'gpt-99-yet-to-come': 'openai/gpt-99-yet-to-come',
    'openrouter/anthropic/claude-3-opus': 'openrouter/anthropic/claude-3-opus',
    'acme/anything': 'acme/anything',
    'org/big-model': 'acme/org/big-model',
    small: 'acme/small',
  };
  for (const [name, id] of Object.entries(ids)) {
    const { chat, info } = models.resolve(name, [acme]);
    assert.equal(info.id, id);
    assert.equal(chat.id, id);
  }
});

test('a name that can not be called says what would help', () => {
  const models = modelsWith({});
  const cases = {
    'gpt-4': /OPENAI_API_KEY/,
    'anthropic/claude-3-opus': /ANTHROPIC_API_KEY/,
    'acme/x': /POST .*providers/,
    nonsense: /provider\/model/,
    '': /provider\/model/,
    'openai/': /provider\/model/,
  };
  for (const [name, message] of Object.entries(cases)) {
    assert.throws(
      () => models.resolve(name),
      (error) =>
        error instanceof MusterError && error.code === 'model_not_configured' && message.test(error.message),
    );
  }
});

test("the operator's gateway and Ollama take the bare names that nobody else takes", () => {
  const gateway = modelsWith({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', ANTHROPIC_API_KEY: 'b' });
  assert.equal(gateway.resolve('some-local-model').info.id, 'openai/some-local-model');
  assert.equal(gateway.resolve('gemini-2.5-flash').info.id, 'openai/gemini-2.5-flash');
  assert.equal(gateway.resolve('claude-3-opus').info.id, 'anthropic/claude-3-opus');
  assert.equal(
    modelsWith({ OLLAMA_HOST: 'http://127.0.0.1:1' }).resolve('llama3.2').info.id,
    'ollama/llama3.2',
  );
});

test("an account's provider comes before the operator's of the same name", () => {
  const own: ProviderSettings = { name: 'openai', kind: 'openai-compatible', baseUrl: 'https://own.test/v1' };
  const models = modelsWith(all);
  assert.notEqual(models.resolve('gpt-4', [own]).chat, models.resolve('gpt-4').chat);
  assert.equal(models.resolve('gpt-4').chat, models.resolve('gpt-4').chat);
});

test('prices are exact, the dearest of several, and unknown where they are', () => {
  const models = modelsWith({ ...all, OLLAMA_HOST: 'http://127.0.0.1:1' });
  const priceOf = (name: string) => models.resolve(name, [acme]).price;
  assert.deepEqual(priceOf('gpt-4o-mini'), {
    inputNanoUsdPerMillion: 150_000_000n,
    cachedInputNanoUsdPerMillion: 75_000_000n,
    outputNanoUsdPerMillion: 600_000_000n,
    source: 'library',
  });
  assert.equal(priceOf('gpt-4')?.cachedInputNanoUsdPerMillion, priceOf('gpt-4')?.inputNanoUsdPerMillion);
  const tiered = priceOf('gemini-2.5-pro');
  assert.deepEqual(
    [tiered?.inputNanoUsdPerMillion, tiered?.outputNanoUsdPerMillion],
    [2_500_000_000n, 15_000_000_000n],
  );
  assert.equal(priceOf('sandbox')?.outputNanoUsdPerMillion, 0n);
  assert.equal(priceOf('ollama/llama3.2')?.source, 'built-in');
  assert.equal(priceOf('acme/gpt-4'), undefined);
  assert.equal(priceOf('openai/gpt-yet-unknown-99'), undefined);
});

test('the catalogue lists what can be called first, every model once, each resolvable', () => {
  const models = modelsWith({ ANTHROPIC_API_KEY: 'b' });
  const list = models.list([acme]);
  const ids = list.map(({ info }) => info.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(
    ['sandbox', 'acme/small', 'acme/org/big-model', 'anthropic/claude-3-opus-latest', 'openai/gpt-4o'].every(
      (id) => ids.includes(id),
    ),
  );
  assert.ok(!ids.some((id) => /embed|whisper|tts|image/.test(id)));
  const firstMissing = list.findIndex(({ available }) => !available);
  assert.ok(list.slice(firstMissing).every(({ available }) => !available));
  for (const { info, price } of list.filter(({ available }) => available)) {
    const resolved = models.resolve(info.id, [acme]);
    assert.equal(resolved.info.id, info.id);
    assert.deepEqual(resolved.price, price);
  }
});

test("the operator's OPENAI_BASE_URL is trusted wherever it is; an account's address has to pass the guard", async () => {
  const trusted = modelsWith({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'k' });
  assert.equal((await trusted.resolve('gpt-4').chat.call(callOf(), { signal: never })).text, 'Hello');

  const own: ProviderSettings = {
    name: 'mine',
    kind: 'openai-compatible',
    baseUrl: upstream.baseUrl,
    apiKey: 'k',
  };
  const before = upstream.calls.length;
  const refused = await failureOf(
    modelsWith({}).resolve('mine/m', [own]).chat.call(callOf(), { signal: never }),
  );
  assert.equal(refused.failure, 'unavailable');
  assert.equal(upstream.calls.length, before, 'no request reached it');
  for (const kind of ['openai', 'anthropic', 'google', 'openrouter', 'ollama'] as const) {
    const disguised = modelsWith({}).resolve('mine/m', [{ ...own, kind }]);
    assert.equal(
      (await failureOf(disguised.chat.call(callOf(), { signal: never }))).failure,
      'unavailable',
      kind,
    );
    assert.equal(upstream.calls.length, before, kind);
  }
  const allowed = modelsWith({ MUSTER_TOOL_ALLOW_HOSTS: [new URL(upstream.baseUrl).host] });
  assert.equal((await allowed.resolve('mine/m', [own]).chat.call(callOf(), { signal: never })).text, 'Hello');
});

test('the sandbox model is always there', async () => {
  const reply = await modelsWith({}).resolve('sandbox').chat.call(callOf({}, 'hi'), { signal: never });
  assert.equal(reply.text, 'Sandbox: hi');
});
