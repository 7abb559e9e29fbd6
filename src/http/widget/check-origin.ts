import type { FastifyRequest } from 'fastify';
import type { WidgetGrant } from '../../accounts/index.ts';
import { commonErrors } from '../../lib/errors.ts';

/** Throws forbidden for pages of other origins than those that the token was made for. */
export function checkOrigin({ headers }: FastifyRequest, { origins }: WidgetGrant): void {
  const { origin } = headers;
  if (origin !== undefined && origins.includes(origin)) return;
  throw commonErrors.forbidden(
    `The chat of this page is not allowed at ${origin ?? 'a place without an origin'}. Whoever made it adds the origin to its allowed_origins.`,
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
