/** The operator's `host:port` entries: for exactly these the check of the address is lifted. */
export interface AllowedHosts {
  has(hostname: string, port: number): boolean;
}

/** Throws on an entry that is not `host:port`, so that a typing mistake does not go unseen. */
export function parseAllowedHosts(entries: readonly string[]): AllowedHosts {
  const allowed = new Set(entries.map(keyOf));
  return { has: (hostname, port) => allowed.has(`${bare(hostname)}:${port}`) };
}

function keyOf(entry: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/\\@?#[\]]+):(\d{1,5})$/i.exec(entry.trim());
  const [, host = '', port = ''] = match ?? [];
  const address = `http://${host}/`;
  if (!match || !URL.canParse(address) || Number(port) > 65_535) {
    throw new TypeError(`'${entry}' is not host:port. An IPv6 address stands in brackets: [::1]:8080.`);
  }
  return `${bare(new URL(address).hostname)}:${Number(port)}`;
}

/** Without the brackets of an IPv6 address, which a URL has and a connector has not. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
