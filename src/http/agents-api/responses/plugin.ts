import type { SecretBox } from '../../../lib/secrets.ts';
import type { App } from '../../types.ts';
import { createResponse } from './create-response.ts';
import type { ResponsesDeps } from './deps.ts';
import { LiveResponses } from './live-responses.ts';
import { createContentSealer } from './sealed-content.ts';

type PluginDeps = Omit<ResponsesDeps, 'live' | 'sealer'> & { readonly secrets: Pick<SecretBox, 'derive'> };

/** Everything under /responses. */
export function responsesApi(app: App, { secrets, ...rest }: PluginDeps): void {
  const deps: ResponsesDeps = { ...rest, live: new LiveResponses(), sealer: createContentSealer(secrets) };
  createResponse(app, deps);
}
