import { egressErrors } from './errors.ts';

const MAX_URL_LENGTH = 8_192;

/**
 * The address in the one form that is also connected to: what is checked and what is used can then not differ. Accepts
 * http and https, without a user name and without the characters that parsers disagree about.
 */
export function parseUrl(text: string, base?: URL): URL {
  if (text.length > MAX_URL_LENGTH) throw invalid('is too long');
  // Control characters, blanks and backslashes mean different hosts to different readers.
  if (/[\p{Cc}\s\\]/u.test(text)) throw invalid('has a blank, a control character or a backslash');
  const url = URL.parse(text, base);
  if (!url) throw invalid('is not a whole http:// or https:// address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw invalid('must not hold a user name or password');
  url.hash = '';
  return url;
}

export function portOf({ protocol, port }: { readonly protocol: string; readonly port: string }): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function invalid(reason: string) {
  return egressErrors.egress_invalid_url(`The address ${reason}.`, { field: 'url', reason });
}
