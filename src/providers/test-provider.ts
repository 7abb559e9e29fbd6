import { isSandboxAccount } from '../accounts/index.ts';
import { commonErrors, invalid, type MusterError } from '../lib/errors.ts';
import { type ChatModel, type ListedModel, ModelCallError, modelErrors } from '../models/index.ts';
import type { ProvidersContext } from './context.ts';
import { getProvider } from './manage-providers.ts';
import type { ProviderTest } from './types.ts';

/** A provider that has said nothing by then is not one to set agents up on. */
const TIMEOUT_MS = 20_000;
/** Some models refuse to be asked for fewer. */
const MAX_OUTPUT_TOKENS = 16;

/**
 * Asks a model of the provider for a word, with the key that is kept, and tells what came of it. Nothing is billed here;
 * the provider counts a few tokens. Throws not_found, and a 400 when there is no model to ask.
 */
export async function testProvider(
  context: ProvidersContext,
  accountId: string,
  providerId: string,
  model: string | undefined,
  signal: AbortSignal,
): Promise<ProviderTest> {
  const provider = await getProvider(context, accountId, providerId);
  if (isSandboxAccount(accountId)) {
    throw commonErrors.forbidden('Nothing goes out from a sandbox, so its providers cannot be tested.');
  }
  const { own } = await context.cache.get(accountId);
  const name =
    model === undefined
      ? firstModel(provider.name, context.models.list(own))
      : model.startsWith(`${provider.name}/`)
        ? model
        : `${provider.name}/${model}`;
  const { clock } = context;
  const startedAt = clock.now();
  const answer = (error: MusterError | undefined): ProviderTest => ({
    model: name,
    error,
    durationMs: clock.now() - startedAt,
  });
  if (!own.some((each) => each.name === provider.name)) {
    return answer(
      modelErrors.model_not_configured('Its key was sealed with another secret key. Give it again.'),
    );
  }
  const { chat } = context.models.resolve(name, own);
  return answer(await askForAWord(chat, context.ids.next('call_'), signal));
}

/** Undefined: it answered. */
async function askForAWord(
  chat: ChatModel,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<MusterError | undefined> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await chat.call(
      {
        items: [{ type: 'message', role: 'user', content: [{ type: 'text', text: 'Say OK.' }] }],
        tools: [],
        toolChoice: { type: 'auto' },
        responseFormat: { type: 'text' },
        parameters: { maxOutputTokens: MAX_OUTPUT_TOKENS },
        idempotencyKey,
      },
      { signal: AbortSignal.any([signal, timeout]) },
    );
    return undefined;
  } catch (error) {
    if (timeout.aborted) {
      return modelErrors.upstream_timeout(`It did not answer within ${TIMEOUT_MS / 1_000} seconds.`);
    }
    if (error instanceof ModelCallError && error.error) return error.error;
    throw error;
  }
}

/** What it is known to serve, else the cheapest of the catalogue. */
function firstModel(provider: string, listed: readonly ListedModel[]): string {
  const models = listed.filter(({ info, available }) => available && info.id.startsWith(`${provider}/`));
  const priced = models.filter(({ price }) => price !== undefined);
  const cheapest = priced.toSorted((a, b) => costOf(a) - costOf(b))[0];
  const chosen = cheapest ?? models[0];
  if (!chosen) throw invalid('model', 'is required: the provider has no list of models to take one from');
  return chosen.info.id;
}

function costOf({ price }: ListedModel): number {
  return price === undefined ? Number.POSITIVE_INFINITY : Number(price.outputNanoUsdPerMillion);
}
