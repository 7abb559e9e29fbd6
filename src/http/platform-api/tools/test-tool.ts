import { Type } from 'typebox';
import { clientGoneSignal } from '../../client-gone.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { TestToolBody, TestToolReply } from './schema.ts';

const TIMEOUT_MS = 30_000;

export function testTool(
  app: App,
  { tools, ids, clock }: Pick<PlatformApiDeps, 'tools' | 'ids' | 'clock'>,
): void {
  app.route({
    method: 'POST',
    url: '/tools/:name/test',
    config: { role: 'editor', find: ({ accountId }, { name = '' }) => tools.require(accountId, name) },
    schema: {
      summary: 'Call a tool as a model would, and see what it answers',
      description:
        'It is really called, and not billed. A tool that fails answers 200 with `is_error`, because that is what a model would read.',
      tags: ['Tools'],
      params: Type.Object({ name: Type.String() }),
      body: TestToolBody,
      response: { 200: TestToolReply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const tool = await tools.require(accountId, request.params.name);
      const startedAt = clock.now();
      const callId = ids.next('call_');
      const outcome = await tools.runTool(
        tool,
        JSON.stringify(request.body.arguments ?? {}),
        {
          accountId,
          // No agent: tools that read an agent's documents find none.
          agentId: '',
          runId: '',
          callId,
          idempotencyKey: callId,
          signal: clientGoneSignal(reply.raw),
        },
        { timeoutMs: TIMEOUT_MS },
      );
      return {
        name: tool.name,
        output: outcome.output,
        is_error: outcome.isError,
        duration_ms: clock.now() - startedAt,
      };
    },
  });
}
