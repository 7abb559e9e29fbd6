/** Whether two names look the same to whoever reads them, which is what the server asks for. */
export function isSameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim();
}
