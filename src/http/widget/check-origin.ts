import type { FastifyRequest } from 'fastify';
import { commonErrors } from '../../lib/errors.ts';

/** Throws forbidden for pages of other origins. */
export function checkOrigin({ headers }: FastifyRequest, origins: readonly string[]): void {
  const { origin } = headers;
  if (origin !== undefined && origins.includes(origin)) return;
  throw commonErrors.forbidden(
    `The chat of this page is not allowed at ${origin ?? 'a place without an origin'}. Whoever made it adds the origin to the allowed_origins of its key.`,
  );
}

/** `https://example.com`, as browsers send it; undefined for what is no origin. */
export function toOrigin(text: string): string | undefined {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  const isBare =
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  return isBare ? url.origin : undefined;
}
