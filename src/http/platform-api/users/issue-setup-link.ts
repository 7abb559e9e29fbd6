import { Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import { actorOf, requireUser } from '../../principal.ts';
import { publicAddress } from '../../public-address.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams, Time } from '../schemas.ts';
import { findUser } from './find-user.ts';
import { setupUrl } from './setup-url.ts';

export function issueSetupLink(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'publicUrl'>): void {
  app.route({
    method: 'POST',
    url: '/users/:id/setup-link',
    config: { role: 'admin', find: findUser(deps) },
    schema: {
      summary: 'Make a one-time link by which a person sets a new password',
      description: 'Older links of the person are void.',
      tags: ['Users'],
      params: IdParams,
      response: {
        201: Type.Object({ setup_token: Type.String(), setup_url: Type.String(), expires_at: Time }),
      },
    },
    handler: async (request, reply) => {
      const { setupToken, expiresAt } = await deps.accounts.issueSetupLink(
        requireUser(request),
        request.params.id,
        actorOf(request),
      );
      return reply.code(201).send({
        setup_token: setupToken,
        setup_url: setupUrl(publicAddress(request, deps.publicUrl), setupToken),
        expires_at: isoTime(expiresAt),
      });
    },
  });
}
