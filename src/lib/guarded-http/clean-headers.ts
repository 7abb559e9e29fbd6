import { egressErrors } from './errors.ts';

/** The transport's own. `Host` among them: it would let a checked address stand for another site. */
const REFUSED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Carry nothing that belongs to one site, so they may go along to another. */
const NEUTRAL = new Set(['accept', 'accept-language', 'content-language', 'content-type', 'user-agent']);

const OF_THE_BODY = /^content-/;

/** Lower-case names; throws `egress_invalid_url` for one that is ours to set or that would break out of its line. */
export function cleanHeaders(given: Readonly<Record<string, string>>): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || REFUSED.has(key)) {
      throw refused(`The header '${name.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?')}' cannot be set.`);
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw refused(`The value of header '${key}' has characters that a header cannot hold.`);
    }
    headers.set(key, value);
  }
  return headers;
}

/** A credential belongs to the site that it was meant for: of the headers only neutral ones go to another. */
export function headersForOtherSite(headers: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...headers].filter(([name]) => NEUTRAL.has(name)));
}

export function headersWithoutBody(headers: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...headers].filter(([name]) => !OF_THE_BODY.test(name)));
}

function refused(reason: string) {
  return egressErrors.egress_invalid_url(reason, { field: 'headers', reason });
}
