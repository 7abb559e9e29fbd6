import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function getMe(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/auth/me',
    config: { role: 'viewer' },
    schema: {
      summary: 'Who is signed in',
      tags: ['Auth'],
      response: {
        200: Type.Object({
          id: Type.String(),
          email: Type.String(),
          name: Type.String(),
          role: Type.String(),
          is_operator: Type.Boolean({ description: 'Runs the server: may make and change accounts.' }),
          account: Type.Object({ id: Type.String(), name: Type.String(), tier: Type.String() }),
        }),
      },
    },
    handler: async (request) => {
      const { accountId, userId, isOperator } = requireUser(request);
      const [user, account] = await Promise.all([
        accounts.getUser(accountId, userId),
        accounts.getAccount(accountId),
      ]);
      const { id, email, name, role } = user;
      return {
        id,
        email,
        name,
        role,
        is_operator: isOperator,
        account: { id: account.id, name: account.name, tier: account.tier },
      };
    },
  });
}
