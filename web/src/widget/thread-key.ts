/**
 * The name under which a page keeps which conversation is its visitor's: another for each agent and each key, since only
 * they may go on with it. A token says for whom it is; one that cannot be read stands for itself.
 */
export function threadKey(server: string, token: string): string {
  return `muster.widget.${server}.${subjectOf(token) ?? token}`;
}

function subjectOf(token: string): string | undefined {
  try {
    const [, claims = ''] = token.split('.');
    const read: unknown = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof read !== 'object' || read === null) return undefined;
    const [agent, key] = [Reflect.get(read, 'sub'), Reflect.get(read, 'key')];
    return typeof agent === 'string' && typeof key === 'string' ? `${agent}.${key}` : undefined;
  } catch {
    return undefined;
  }
}
