import { Refused } from '../failures.ts';
import type { ApiClient } from './api-client.ts';

/** Why an agent cannot answer with its model yet, and the way out; undefined: nothing is known to be in the way. */
export async function modelObstacle(client: ApiClient, agentId: string): Promise<string | undefined> {
  const agent = await client.get(`/api/v1/agents/${agentId}`);
  const model = agent.text('model');
  const found = await client.get(`/api/v1/models?limit=100&q=${encodeURIComponent(model)}`);
  const listed = found
    .list('models')
    .find((each) => each.text('id') === model || each.text('id').endsWith(`/${model}`));
  if (agent.text('status') === 'error') {
    const provider = listed?.text('provider') ?? model.slice(0, Math.max(0, model.indexOf('/')));
    const setting = await settingOf(client, provider);
    const why = provider === '' ? 'its provider has no key' : `the provider '${provider}' has no key`;
    const onServer = setting === '' ? '' : `set ${setting} on the server, or `;
    return `The model '${model}' cannot be called yet: ${why}. To mend it, ${onServer}add the provider in the console under Settings, Models, or with POST /api/v1/providers.`;
  }
  if (!listed?.isTrue('available') || listed.has('price')) return undefined;
  const path = `/api/v1/models/${encodeURIComponent(listed.text('id'))}/price`;
  return `The model '${model}' cannot be called yet: no price is known for it. Set one with PUT ${path}; 0 is a price.`;
}

/** What switches the provider on for the whole server; empty where there is no such thing, or it is not for this user to see. */
async function settingOf(client: ApiClient, provider: string): Promise<string> {
  try {
    const server = (await client.get('/api/v1/providers?limit=1')).list('server');
    return server.find((each) => each.text('name') === provider)?.text('setting') ?? '';
  } catch (error) {
    if (error instanceof Refused && error.status === 403) return '';
    throw error;
  }
}
