import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { auditCsv, auditNdjson } from './audit-texts.ts';
import { AuditList, AuditQuery, toAuditFilter, toAuditLine, toCheckpointReply } from './schema.ts';

/** Sent as it is read, a page at a time. */
const Text = Type.Unsafe<Readable>(Type.String());

const EXPORTS = {
  'application/x-ndjson': { name: 'audit.ndjson', write: auditNdjson },
  'text/csv': { name: 'audit.csv', write: auditCsv },
} as const;

export function listAudit(app: App, { audit }: Pick<PlatformApiDeps, 'audit'>): void {
  app.route({
    method: 'GET',
    url: '/audit',
    config: { role: 'admin' },
    schema: {
      summary: 'The audit log, the newest first',
      description:
        'Sign-ins, keys, people, roles, credit, providers and prices. Lines are only ever added. With `Accept: application/x-ndjson` or `text/csv` all that match, as a file.',
      tags: ['Audit'],
      querystring: AuditQuery,
      response: {
        200: {
          content: {
            'application/json': { schema: AuditList },
            'application/x-ndjson': { schema: Text },
            'text/csv': { schema: Text },
          },
        },
      },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const filter = toAuditFilter(request.query);
      reply.header('vary', 'accept');
      const type = exportType(request.headers.accept);
      if (type !== undefined) {
        const { name, write } = EXPORTS[type];
        return reply
          .type(`${type}; charset=utf-8`)
          .header('content-disposition', `attachment; filename="${name}"`)
          .send(Readable.from(write(audit.export(accountId, filter), () => audit.checkpoint(accountId))));
      }
      const [{ items, total, page }, checkpoint] = await Promise.all([
        audit.list(accountId, filter, request.query),
        audit.checkpoint(accountId),
      ]);
      const stands = checkpoint ? toCheckpointReply(checkpoint) : null;
      return { entries: items.map(toAuditLine), total, page, checkpoint: stands };
    },
  });
}

/** JSON unless another form is asked for by name. */
function exportType(accept = ''): keyof typeof EXPORTS | undefined {
  if (/(^|,)\s*application\/x-ndjson\s*(;|,|$)/i.test(accept)) return 'application/x-ndjson';
  return /(^|,)\s*text\/csv\s*(;|,|$)/i.test(accept) ? 'text/csv' : undefined;
}
