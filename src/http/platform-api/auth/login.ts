import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { placeOf } from './place-of.ts';
import { LoginBody, Tokens, toTokens } from './schema.ts';

export function login(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/auth/login',
    config: { role: 'public', duringMaintenance: true },
    schema: {
      summary: 'Sign in',
      description: 'Opens a session. Failed attempts are throttled; nobody is locked out.',
      tags: ['Auth'],
      body: LoginBody,
      response: { 200: Tokens },
    },
    handler: async (request) =>
      toTokens(await accounts.login(request.body.email, request.body.password, placeOf(request))),
  });
}
