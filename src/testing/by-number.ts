/** The address that a server shows, without its name: no lookup, and no port of another program on ::1. */
export function byNumber(address: string): string {
  return address.replace('//localhost:', '//127.0.0.1:');
}
