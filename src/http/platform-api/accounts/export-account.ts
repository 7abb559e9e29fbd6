import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Type } from 'typebox';
import { limitErrors } from '../../../limits/index.ts';
import { countStream } from '../../open-stream.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

type Deps = Pick<PlatformApiDeps, 'clock' | 'exportAccount' | 'limits' | 'logger' | 'openRequests'>;

/** In this process: each has its largest row in memory, several times, and packs on threads that others need. */
const AT_ONCE = 2;
const RETRY_MS = 30_000;

/** Made and sent as it is read. */
const Archive = Type.Unsafe<Readable>(Type.String());

export function exportAccount(app: App, deps: Deps): void {
  const underWay = new Set<string>();

  /** Takes a place for the account; it is given back when the response is over. */
  const takePlace = (accountId: string, response: ServerResponse): void => {
    if (underWay.has(accountId)) {
      throw limitErrors.concurrent_streams_limit_reached(
        'An export of the account is being made already. Wait until it has ended, or end its download.',
        { retryAfterMs: RETRY_MS },
      );
    }
    if (underWay.size >= AT_ONCE) {
      throw limitErrors.overloaded(
        `The server makes ${AT_ONCE} exports at a time, and this one would be one more. Retry in a while.`,
        { retryAfterMs: RETRY_MS },
      );
    }
    if (response.destroyed) return;
    underWay.add(accountId);
    response.once('close', () => underWay.delete(accountId));
  };

  app.route({
    method: 'GET',
    url: '/account/export',
    config: { role: 'owner' },
    schema: {
      summary: 'Everything that your account has, as a file',
      description:
        'A .tar.gz: `account.json`, an .ndjson file (a JSON object a line) for each kind of thing, and under `documents/` each document as it was uploaded and its text. No secrets: no passwords, no keys, no credentials of providers, tools and webhooks. With a token of the sandbox what the sandbox has. One at a time for an account (429), and two on a server (503).',
      tags: ['Accounts'],
      response: { 200: { content: { 'application/gzip': { schema: Archive } } } },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      takePlace(user.accountId, reply.raw);
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
