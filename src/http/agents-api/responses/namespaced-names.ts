import { createHash } from 'node:crypto';

/** What a caller knows a function of a namespace by. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** Providers take names of this length at most. */
const MAX_NAME = 64;
const DIGEST = 8;

/**
 * The one name that a model knows a function of a namespace by, since providers know no namespaces. The same two give the
 * same name always: calls that are sent back later must still meet their tool.
 */
export function namespacedName(namespace: string, name: string): string {
  const whole = `${namespace}__${name}`;
  if (whole.length <= MAX_NAME) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, DIGEST);
  return `${whole.slice(0, MAX_NAME - DIGEST - 1)}_${digest}`;
}

/** The functions in namespaces among the tools that a response repeats, by the name that the model knows. */
export function namesOfNamespaces(tools: readonly unknown[]): ReadonlyMap<string, NamespacedName> {
  const names = new Map<string, NamespacedName>();
  for (const tool of tools) {
    if (!isNamespace(tool)) continue;
    for (const { name } of tool.tools)
      names.set(namespacedName(tool.name, name), { namespace: tool.name, name });
  }
  return names;
}

/** Echoes are written by request-tools.ts alone. */
function isNamespace(
  tool: unknown,
): tool is { readonly name: string; readonly tools: readonly { readonly name: string }[] } {
  return typeof tool === 'object' && tool !== null && 'type' in tool && tool.type === 'namespace';
}
