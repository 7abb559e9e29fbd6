import { MusterError } from '../errors.ts';
import { headersForOtherSite, headersWithoutBody } from './clean-headers.ts';
import { egressErrors } from './errors.ts';
import type { Outgoing } from './exchange.ts';
import { parseUrl } from './parse-url.ts';

/**
 * The request that a redirect asks for (RFC 9110, 15.4): to another site only neutral headers go along, and what was
 * encrypted stays so. Its address is checked like any other when it is connected to.
 */
export function followRedirect(outgoing: Outgoing, status: number, location: string): Outgoing {
  const url = targetOf(location, outgoing.url);
  if (outgoing.url.protocol === 'https:' && url.protocol === 'http:') {
    throw egressErrors.egress_failed('The other side redirects from https to http, which is not followed.');
  }
  const headers =
    url.origin === outgoing.url.origin ? outgoing.headers : headersForOtherSite(outgoing.headers);
  const { method } = outgoing;
  const becomesGet =
    (status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST');
  return becomesGet
    ? { url, method: 'GET', headers: headersWithoutBody(headers), body: undefined }
    : { ...outgoing, url, headers };
}

function targetOf(location: string, base: URL): URL {
  try {
    return parseUrl(location, base);
  } catch (cause) {
    if (!(cause instanceof MusterError)) throw cause;
    throw egressErrors.egress_failed('The other side redirects to an address that may not be used.', {
      cause,
    });
  }
}
