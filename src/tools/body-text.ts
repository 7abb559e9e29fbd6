/** A reply's body as text that a model can read, whatever it is. */
export function bodyText(body: Buffer, contentType: string): string {
  if (body.length === 0) return '(no body)';
  if (body.includes(0)) return `(${body.length} bytes that are not text)`;
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8');
  }
}
