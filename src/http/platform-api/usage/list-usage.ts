import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { toUsageEntry, toUsageFilter, UsageList, UsageListQuery } from './schema.ts';
import { usageCsv } from './usage-csv.ts';

/** Sent as it is read, a page at a time. */
const Csv = Type.Unsafe<Readable>(Type.String());

export function listUsage(app: App, { usageLog }: Pick<PlatformApiDeps, 'usageLog'>): void {
  app.route({
    method: 'GET',
    url: '/usage',
    config: { role: 'viewer' },
    schema: {
      summary: 'The usage log: a line a run',
      description:
        'With the names that agents, crews and keys have now, or had when they were deleted or revoked. With `Accept: text/csv` all lines that match, as a file. The sum of the lines is what left the balance.',
      tags: ['Usage'],
      querystring: UsageListQuery,
      response: {
        200: {
          content: { 'application/json': { schema: UsageList }, 'text/csv': { schema: Csv } },
        },
      },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const filter = toUsageFilter(request.query);
      reply.header('vary', 'accept');
      if (wantsCsv(request.headers.accept)) {
        const csv = Readable.from(usageCsv(usageLog.export(accountId, filter)));
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="usage.csv"')
          .send(csv);
      }
      const { page } = request.query;
      const { rows, total } = await usageLog.list(accountId, filter, request.query);
      return { usage: rows.map(toUsageEntry), total, page };
    },
  });
}

/** JSON unless CSV is asked for by name. */
function wantsCsv(accept: string | undefined): boolean {
  return /(^|,)\s*text\/csv\s*(;|,|$)/i.test(accept ?? '');
}
