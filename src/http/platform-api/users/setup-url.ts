/** Where a person opens a one-time set-up link: a page of the console at the server's public address. */
export function setupUrl(address: string, token: string): string {
  return `${address}/setup?token=${encodeURIComponent(token)}`;
}
