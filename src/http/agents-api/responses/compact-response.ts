import { invalid } from '../../../lib/errors.ts';
import { withItemIds } from '../../../runs/index.ts';
import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { toCaller } from '../caller.ts';
import { BODY_LIMIT } from './create-response.ts';
import type { ResponsesDeps } from './deps.ts';
import { findThread, readInput } from './prepare-response.ts';
import { COMPACTION_REPLIES } from './replies.ts';
import { toUsage } from './response-resource.ts';
import { CompactBody } from './schema.ts';
import { toWireItems } from './to-wire-items.ts';

export function compactResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'POST',
    url: '/responses/compact',
    bodyLimit: BODY_LIMIT,
    config: { replies: COMPACTION_REPLIES },
    schema: {
      summary: 'Compact a conversation',
      description:
        "The agent's model summarises what was said. The output is the base of a new chain: send it as input, followed by what is new. It keeps instructions and a question that is not yet answered; all else is in the sealed compaction item.",
      tags: ['Responses'],
      body: CompactBody,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request);
      const { body } = request;
      const agent = await deps.findAgent(principal, body.model);
      const { parentTurnId } = await findThread(deps, principal, body);
      const { accountId } = principal;
      const path = parentTurnId === undefined ? [] : await deps.runs.threads.path(accountId, parentTurnId);
      const earlier = path.flatMap((turn) => [...turn.input, ...turn.output]);
      const items = [...earlier, ...(await readInput(deps, principal, body.input))];
      if (items.length === 0) throw invalid('input', 'or previous_response_id is required');
      const compacted = await deps.runs.compact(
        { caller: toCaller(principal), agent, items, instructions: body.instructions ?? undefined },
        deps.openRequests.track(reply.raw, principal),
      );
      const stored = withItemIds({ id: compacted.uid, input: compacted.items, output: [] });
      return {
        id: `resp_${compacted.uid}`,
        object: 'response.compaction',
        created_at: Math.floor(compacted.createdAt / 1000),
        output: toWireItems(stored, {
          accountId,
          sealer: deps.sealer,
          showSteps: false,
          sealReasoning: false,
        }),
        usage: toUsage(compacted.usage),
      };
    },
  });
}
