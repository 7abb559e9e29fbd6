import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts, SessionCookie, UserPrincipal } from '../accounts/index.ts';
import { commonErrors } from '../lib/errors.ts';

/** What every request of the console that changes something carries: a page of another origin cannot send it along. */
const CONSOLE_HEADER = 'x-muster-console';
const READS = new Set(['GET', 'HEAD']);

/** The cookie of a signed-in browser; undefined when it sent none. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  const wanted = `${cookieName(request)}=`;
  const found = cookie.split(';').find((each) => each.trimStart().startsWith(wanted));
  return found?.trimStart().slice(wanted.length) || undefined;
}

export function keepSession(request: FastifyRequest, reply: FastifyReply, cookie: SessionCookie): void {
  setCookie(request, reply, cookie.token, cookie.maxAgeSeconds);
}

export function forgetSession(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, '', 0);
}

/**
 * The person whose browser sent `token`. Since browsers send cookies by themselves, a request that changes something has
 * to show that the console itself made it: by its header, and by an Origin that is this server's.
 */
export async function authenticateBrowser(
  accounts: Pick<Accounts, 'authenticateCookie'>,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): Promise<UserPrincipal> {
  const { principal, renewed } = await accounts.authenticateCookie(token);
  requireSameOrigin(request);
  if (!READS.has(request.method) && request.headers[CONSOLE_HEADER] === undefined) {
    throw commonErrors.forbidden(
      'A request with a session cookie that changes something needs the header X-Muster-Console: 1. Programs send an access token instead.',
    );
  }
  if (renewed) keepSession(request, reply, renewed);
  return principal;
}

/** Throws forbidden for what a page of another origin made a browser send. */
export function requireSameOrigin(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isForeign =
    (origin !== undefined && hostOf(origin) !== request.host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (isForeign) throw commonErrors.forbidden('Pages of other origins may not use the session of a browser.');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Over TLS the name itself keeps other hosts of the domain from setting it. */
function cookieName({ protocol }: FastifyRequest): string {
  return protocol === 'https' ? '__Host-muster_session' : 'muster_session';
}

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `${cookieName(request)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`,
  );
}
