import { UsageError } from '../failures.ts';

export const DEFAULT_URL = 'http://localhost:8000';

/** An address in the one form in which addresses are compared; throws UsageError. `from` names where it was given. */
export function parseServerUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${from} must be an address such as ${DEFAULT_URL}; '${text}' is not.`);
  }
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError(`${from} must be a plain address, without a user, query or fragment.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether what is sent there can be read on the way. */
export function isUnprotected(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
