import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { BODY_LIMIT } from './create-response.ts';
import type { ResponsesDeps } from './deps.ts';
import { prepareResponse } from './prepare-response.ts';
import { TOKEN_COUNT_REPLIES } from './replies.ts';
import { CreateResponseBody } from './schema.ts';

export function countInputTokens(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'POST',
    url: '/responses/input_tokens',
    bodyLimit: BODY_LIMIT,
    config: { duringMaintenance: true, replies: TOKEN_COUNT_REPLIES },
    schema: {
      summary: 'Count the input of a response',
      description:
        "What a request's first model call would take in: the agent's instructions, earlier turns, tools and input. Estimated, rather upwards; nothing is run or billed.",
      tags: ['Responses'],
      body: CreateResponseBody,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { prepared } = await prepareResponse(deps, principal, request.body, { stream: false });
      return { object: 'response.input_tokens', input_tokens: prepared.promptTokens() };
    },
  });
}
