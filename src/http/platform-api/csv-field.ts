/**
 * A cell of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe before it, which
 * spreadsheets do not show: names are chosen by people. The wide signs begin a formula where such are written.
 */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
