import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { placeOf } from './place-of.ts';
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
    handler: async (request) => {
      const { token, password } = request.body;
      const user = await accounts.completeSetup(token, password, placeOf(request));
      return toTokens(await accounts.login(user.email, password, placeOf(request)));
    },
  });
}
