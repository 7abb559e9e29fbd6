import { clientGoneSignal } from '../../client-gone.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';
import { TestProviderBody, TestProviderReply } from './schema.ts';

export function testProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'POST',
    url: '/providers/:id/test',
    config: { role: 'admin', find: findProvider(deps) },
    schema: {
      summary: 'Ask a provider for a word, and see whether it answers',
      description:
        'One short call with the key that is kept. It takes nothing from the credit here; the provider counts some ten tokens. A provider that refuses answers 200 with `ok: false` and why.',
      tags: ['Providers'],
      params: IdParams,
      body: TestProviderBody,
      response: { 200: TestProviderReply },
    },
    handler: async (request, reply) => {
      const { model, error, durationMs } = await deps.providers.testProvider(
        requireUser(request).accountId,
        request.params.id,
        request.body.model,
        clientGoneSignal(reply.raw),
      );
      return {
        ok: error === undefined,
        model,
        duration_ms: durationMs,
        error: error === undefined ? null : { code: error.code, message: error.message },
      };
    },
  });
}
