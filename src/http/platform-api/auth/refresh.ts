import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { RefreshBody, Tokens, toTokens } from './schema.ts';

export function refresh(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/auth/refresh',
    config: { role: 'public', duringMaintenance: true },
    schema: {
      summary: 'Trade a refresh token for new tokens',
      description: 'The refresh token is used up; using it again ends the whole session.',
      tags: ['Auth'],
      body: RefreshBody,
      response: { 200: Tokens },
    },
    handler: async ({ body }) => toTokens(await accounts.refresh(body.refresh_token)),
  });
}
