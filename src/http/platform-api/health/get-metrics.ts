import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { commonErrors } from '../../../lib/errors.ts';
import { bearerToken } from '../../bearer.ts';
import type { App } from '../../types.ts';
import type { HealthDeps } from './health-api.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

export function getMetrics(
  app: App,
  { metricsText, metricsToken }: Pick<HealthDeps, 'metricsText' | 'metricsToken'>,
): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'public' },
    schema: {
      summary: 'Figures of the process, for Prometheus',
      description:
        'Open to callers on the same machine, and to those that send MUSTER_METRICS_TOKEN as a bearer token.',
      tags: ['Health'],
      response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
    },
    handler: async (request, reply) => {
      if (!isFromHere(request) && !hasToken(request, metricsToken)) {
        throw commonErrors.forbidden(
          'Metrics are for this machine, or for whoever sends MUSTER_METRICS_TOKEN as a bearer token.',
        );
      }
      return reply.type(TEXT).send(await metricsText());
    },
  });
}

/** What a proxy on this machine passes on is not from here. */
function isFromHere({ socket, headers }: FastifyRequest): boolean {
  const { remoteAddress = '' } = socket;
  const isLoopback = /^(::ffff:)?127\./.test(remoteAddress) || remoteAddress === '::1';
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

function hasToken({ headers }: FastifyRequest, wanted: string | undefined): boolean {
  const given = bearerToken(headers.authorization);
  if (wanted === undefined || given === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
