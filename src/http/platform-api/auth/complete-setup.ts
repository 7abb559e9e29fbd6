import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { SetupBody, Tokens, toTokens } from './schema.ts';

export function completeSetup(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/auth/setup',
    config: { role: 'public' },
    schema: {
      summary: 'Set a password by a one-time link, and sign in',
      tags: ['Auth'],
      body: SetupBody,
      response: { 200: Tokens },
    },
    handler: async ({ body, ip, id }) => {
      const user = await accounts.completeSetup(body.token, body.password, { ip, requestId: id });
      return toTokens(await accounts.login(user.email, body.password, ip, id));
    },
  });
}
