import { Type } from 'typebox';
import { isSandboxAccount } from '../../../accounts/index.ts';
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
          account: Type.Object({
            id: Type.String(),
            name: Type.String(),
            tier: Type.String(),
            is_sandbox: Type.Boolean({ description: 'The twin of an account, see POST /sandbox/tokens.' }),
          }),
        }),
      },
    },
    handler: async (request) => {
      const { accountId, userId, isOperator, homeAccountId } = requireUser(request);
      const [user, account] = await Promise.all([
        accounts.getUser(homeAccountId, userId),
        accounts.getAccount(accountId),
      ]);
      const { id, email, name, role } = user;
      return {
        id,
        email,
        name,
        role,
        is_operator: isOperator,
        account: {
          id: account.id,
          name: account.name,
          tier: account.tier,
          is_sandbox: isSandboxAccount(account.id),
        },
      };
    },
  });
}
