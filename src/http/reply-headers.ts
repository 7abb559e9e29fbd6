/** A reply's headers as a raw response takes them. */
export function toHeaderTexts(
  headers: Readonly<Record<string, number | string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
