import type { FastifyRequest } from 'fastify';

/** Where people reach this server: as it is configured (MUSTER_PUBLIC_URL), else as this request has. */
export function publicAddress(
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
  configured: string | undefined,
): string {
  return configured ?? `${protocol}://${host}`;
}
