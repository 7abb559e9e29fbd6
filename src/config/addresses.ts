/** Each reads one setting's text, or throws an Error whose message says what would be right. */

export const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

export const httpUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Error('must be an http:// or https:// address');
  return text.replace(/\/+$/, '');
};

/** Ollama itself reads this variable as `host:port`, and a port that is left out as its own. */
export const ollamaHost = (text: string): string => {
  if (text.includes('://')) return httpUrl(text);
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (url === undefined || url.host === '')
    throw new Error('must be host:port or an http:// or https:// address');
  return httpUrl(
    `http://${url.host}${/:\d+$/.test(url.host) || text.endsWith(':80') ? '' : ':11434'}${url.pathname}`,
  );
};

/** As browsers write them, which is what they are compared with. */
export const origins = (text: string): readonly string[] =>
  list(text).map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : undefined;
    const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
    if (isWeb && !entry.includes('*') && url.origin === url.href.replace(/\/$/, '')) return url.origin;
    if (entry === '*' || entry === 'null') return entry;
    if (!isWeb && /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^\s/*]+$/.test(entry)) return entry;
    throw new Error(
      `must be a comma-separated list of origins such as https://example.com; '${entry}' is none`,
    );
  });

/** `example.com`, `example.com:8443` or `*.example.com`. */
export const hostNames = (text: string): readonly string[] => {
  const entries = list(text);
  const wrong = entries.find((entry) => !/^(\*\.)?([^\s:/*@?#]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(entry));
  if (wrong !== undefined) {
    throw new Error(`must be a comma-separated list of hosts such as api.example.com; '${wrong}' is none`);
  }
  return entries;
};

export const hostPorts = (text: string): readonly string[] => {
  const entries = list(text);
  const wrong = entries.find((entry) => {
    const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:/\\@?#[\]]+):(\d{1,5})$/.exec(entry);
    return !match || !URL.canParse(`http://${match[1]}/`) || Number(match[2]) > 65_535;
  });
  if (wrong !== undefined) throw new Error(`must be a comma-separated list of host:port; '${wrong}' is not`);
  return entries;
};

/**
 * Whether an address of PostgreSQL has a list of hosts, as its own library takes them (`postgres://a,b/db`, `?host=a,b`); the
 * driver would look for one host of that name.
 */
export const namesSeveralHosts = (text: string): boolean => {
  const [, authority = '', query = ''] = /^\w+:\/\/([^/?#]*)[^?#]*\??([^#]*)/.exec(text) ?? [];
  const hosts = [
    authority.slice(authority.lastIndexOf('@') + 1),
    ...new URLSearchParams(query).getAll('host'),
  ];
  return hosts.some((host) => /,|%2c/i.test(host));
};
