import { Type } from 'typebox';
import { commonErrors } from '../../lib/errors.ts';
import { limitRequest } from '../rate-limit.ts';
import type { App } from '../types.ts';
import { checkOrigin } from './check-origin.ts';
import type { CountVisitor } from './visitor-bounds.ts';
import { keyOf, type WidgetApiDeps } from './widget-api.ts';

const VISIT_SECONDS = 900;
const VISITS_A_MINUTE = 20;

export function openVisit(app: App, deps: WidgetApiDeps, count: CountVisitor): void {
  app.route({
    method: 'POST',
    url: '/visits',
    schema: {
      hide: true,
      body: Type.Object({ embed: Type.String({ maxLength: 8_192 }) }, { additionalProperties: false }),
      response: {
        201: Type.Object({ token: Type.String(), expires_in: Type.Integer(), name: Type.String() }),
      },
    },
    handler: async (request, reply) => {
      const grant = await deps.widgetTokens.verify('embed', request.body.embed);
      if (!grant) throw commonErrors.forbidden('This chat is not known here: its embed code is mistyped.');
      count(`${grant.keyId} ${request.ip}`, VISITS_A_MINUTE);
      const principal = await keyOf(deps, grant);
      // The code stands in pages of others: what its key allows now goes before what it was made with.
      checkOrigin(request, principal.allowedOrigins ?? grant.origins);
      await limitRequest(deps.limits, principal, reply);
      const agent = await deps.findAgent(principal, grant.agentId);
      const { id: embedId, ...visit } = grant;
      const token = await deps.widgetTokens.sign('visit', { ...visit, embedId }, VISIT_SECONDS);
      return reply.code(201).send({ token, expires_in: VISIT_SECONDS, name: agent.config.name });
    },
  });
}
