/**
 * Calls the Platform API of a server process that may be another one at the next call. Resolves to the JSON, or the text,
 * of the reply; throws with what was said where it is no success.
 */
export function apiCaller(
  server: () => { readonly url: string; readonly token: string },
): (method: string, path: string, body?: unknown) => Promise<unknown> {
  return async (method, path, body) => {
    const { url, token } = server();
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
  };
}
