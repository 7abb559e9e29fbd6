import { commonErrors } from '../../../lib/errors.ts';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAccount } from './find-account.ts';
import { AccountReply, toAccount, toLimits, UpdateAccountBody } from './schema.ts';

export function updateAccount(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'PATCH',
    url: '/accounts/:id',
    config: { role: 'operator', find: findAccount(accounts) },
    schema: {
      summary: 'Change an account: its tier, limits, or whether it is suspended',
      description:
        'In force at once. Suspending: its keys and sessions get a 403, what is open under them ends, and its schedules start nothing; jobs that run go on. `active` undoes it.',
      tags: ['Accounts'],
      params: IdParams,
      body: UpdateAccountBody,
      response: { 200: AccountReply },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { limits, ...rest } = request.body;
      if (rest.status === 'suspended' && id === requireUser(request).accountId) {
        throw commonErrors.conflict('The account of the operator cannot be suspended: nobody could undo it.');
      }
      const update = { ...rest, ...(limits !== undefined && { limits: limits && toLimits(limits) }) };
      const by = { by: actorOf(request), ofAccountId: requireUser(request).accountId };
      return toAccount(await accounts.updateAccount(id, update, by));
    },
  });
}
