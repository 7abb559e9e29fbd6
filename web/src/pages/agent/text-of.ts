/** A field's value as lines, for comparing. */
export function textOf(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join('\n');
}
