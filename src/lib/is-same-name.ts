/** Whether two names look the same to whoever reads them: however their letters are composed, and however many blanks. */
export function isSameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim();
}
