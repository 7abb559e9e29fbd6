import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Type } from 'typebox';
import { countStream } from '../../open-stream.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

type Deps = Pick<PlatformApiDeps, 'clock' | 'exportAccount' | 'limits' | 'logger' | 'openRequests'>;

/** Made and sent as it is read. */
const Archive = Type.Unsafe<Readable>(Type.String());

export function exportAccount(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/account/export',
    config: { role: 'owner' },
    schema: {
      summary: 'Everything that your account has, as a file',
      description:
        'A .tar.gz: `account.json`, an .ndjson file (a JSON object a line) for each kind of thing, and under `documents/` each document as it was uploaded and its text. No secrets: no passwords, no keys, no credentials of providers, tools and webhooks. With a token of the sandbox what the sandbox has.',
      tags: ['Accounts'],
      response: { 200: { content: { 'application/gzip': { schema: Archive } } } },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      await countStream(deps.limits, user.accountId, reply.raw);
      const signal = deps.openRequests.track(reply.raw, user);
      const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
      const archive = createGzip();
      const pieces = Readable.from(deps.exportAccount(user.accountId), { signal });
      pipeline(pieces, archive, (error) => {
        // Who has gone, or may no longer read it, is no problem of the server's.
        if (error && !signal.aborted) deps.logger.error({ err: error }, 'An export broke off');
      });
      return reply
        .type('application/gzip')
        .header('content-disposition', `attachment; filename="${user.accountId}-${day}.tar.gz"`)
        .send(archive);
    },
  });
}
