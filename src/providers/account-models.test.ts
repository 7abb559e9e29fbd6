import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { createAudit } from '../audit/index.ts';
import { createIds } from '../lib/ids.ts';
import { createSecretBox } from '../lib/secrets.ts';
import { createModels } from '../models/index.ts';
import { cpuMsOf } from '../testing/cpu-time.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createProviders, type Providers } from './index.ts';

const ACCOUNT = 'acct_1';
const PRICE = {
  inputNanoUsdPerMillion: 1n,
  cachedInputNanoUsdPerMillion: 1n,
  outputNanoUsdPerMillion: 2n,
};

describe('what an account can call', async () => {
  const { db, close } = await openTestDatabase();
  const models = createModels({
    config: {
      OPENAI_API_KEY: undefined,
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      ANTHROPIC_API_KEY: undefined,
      GOOGLE_GENERATIVE_AI_API_KEY: undefined,
      OPENROUTER_API_KEY: undefined,
      OLLAMA_HOST: undefined,
      MUSTER_TOOL_ALLOW_HOSTS: [],
    },
    clock: { now: () => 0 },
  });
  after(async () => {
    await models.close();
    await close();
  });
  await db.write([
    db.statement(
      db.build.insertInto('accounts').values({
        id: ACCOUNT,
        name: 'One',
        tier: 'free',
        limits: null,
        status: 'active',
        balance_nano_usd: 0n,
        held_nano_usd: 0n,
        created_at: 0,
      }),
    ),
  ]);

  let now = 1_000_000;
  const secretKey = randomBytes(32);
  const warnings: unknown[] = [];
  const process = (key = secretKey): Providers =>
    createProviders({
      db,
      clock: { now: () => now },
      ids: createIds(),
      log: { warn: (...entry: unknown[]) => void warnings.push(entry) },
      secrets: createSecretBox({ current: key }),
      guardedHttp: { vet: async () => undefined },
      models,
      operatorAccountId: async () => ACCOUNT,
      audit: createAudit({ db, clock: { now: () => now }, ids: createIds() }),
    });
  const add = (providers: Providers, name: string) =>
    providers.createProvider(ACCOUNT, {
      name,
      kind: 'openai-compatible',
      baseUrl: 'https://llm.example.com/v1',
      apiKey: 'k',
      models: ['m'],
    });

  it('the same model is the same object until something changes, so that its connections are kept', async () => {
    const providers = process();
    await providers.setPrice(ACCOUNT, 'openai/kept', PRICE);
    const first = await providers.callable(ACCOUNT, 'openai/kept');
    now += 10_000;
    assert.equal(await providers.callable(ACCOUNT, 'openai/kept'), first);
    await providers.setPrice(ACCOUNT, 'openai/kept', { ...PRICE, outputNanoUsdPerMillion: 3n });
    assert.equal((await providers.callable(ACCOUNT, 'openai/kept')).price.outputNanoUsdPerMillion, 3n);
  });

  it('a change made by another process is seen within a second', async () => {
    const [here, elsewhere] = [process(), process()];
    await here.setPrice(ACCOUNT, 'openai/shared', PRICE);
    assert.equal((await here.callable(ACCOUNT, 'openai/shared')).price.outputNanoUsdPerMillion, 2n);
    await elsewhere.setPrice(ACCOUNT, 'openai/shared', { ...PRICE, outputNanoUsdPerMillion: 9n });
    now += 1_000;
    assert.equal((await here.callable(ACCOUNT, 'openai/shared')).price.outputNanoUsdPerMillion, 9n);
    const { id } = await add(elsewhere, 'late');
    now += 1_000;
    assert.equal(await here.modelExists(ACCOUNT, 'late/m'), true);
    await elsewhere.deleteProvider(ACCOUNT, id);
    now += 1_000;
    assert.equal(await here.modelExists(ACCOUNT, 'late/m'), false);
  });

  it('what was read before a change is not remembered after it', async () => {
    const providers = process();
    const reading = providers.modelExists(ACCOUNT, 'racing/m');
    await Promise.all([reading, add(providers, 'racing')]);
    assert.equal(await providers.modelExists(ACCOUNT, 'racing/m'), true);
  });

  it('a price under a bare name counts for the model that the name means', async () => {
    const providers = process();
    const { model } = await providers.setPrice(ACCOUNT, 'gpt-of-tomorrow', PRICE);
    assert.equal(model, 'openai/gpt-of-tomorrow');
    const named = await providers.callable(ACCOUNT, 'openai/gpt-of-tomorrow');
    assert.equal(named.price.source, 'account');
    await providers.removePrice(ACCOUNT, 'gpt-of-tomorrow');
    await assert.rejects(providers.callable(ACCOUNT, 'gpt-of-tomorrow'), { code: 'model_without_price' });
  });

  it('the built-in model needs neither provider nor price', async () => {
    const { price, info } = await process().callable(ACCOUNT, 'sandbox');
    assert.equal(info.id, 'sandbox');
    assert.deepEqual([price.inputNanoUsdPerMillion, price.outputNanoUsdPerMillion], [0n, 0n]);
  });

  it('a provider whose key cannot be opened is off, and the log says so', async () => {
    await add(process(), 'sealed');
    const stranger = process(randomBytes(32));
    assert.equal(await stranger.modelExists(ACCOUNT, 'sealed/m'), false);
    assert.ok(warnings.length > 0);
    assert.doesNotMatch(JSON.stringify(warnings), /"k"/);
  });

  it('asking again costs a few microseconds', async () => {
    const providers = process();
    await providers.setPrice(ACCOUNT, 'openai/hot', PRICE);
    await providers.callable(ACCOUNT, 'openai/hot');
    const calls = 20_000;
    const computedMs = await cpuMsOf(async () => {
      for (let i = 0; i < calls; i++) await providers.callable(ACCOUNT, 'openai/hot');
    });
    const microseconds = (computedMs * 1_000) / calls;
    assert.ok(microseconds < 200, `${microseconds} µs a call`);
  });
});
