/** The server and database of a connection address, without the password. */
export function placeOf(text: string): string {
  if (!URL.canParse(text)) return 'the given address';
  const url = new URL(text);
  return `${url.host}${url.pathname}`;
}
