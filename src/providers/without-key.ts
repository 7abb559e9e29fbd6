import type { StoredProvider } from './store.ts';
import type { Provider } from './types.ts';

/** What may leave the room: not even the sealed key. */
export function withoutKey({ apiKeySealed: _, ...provider }: StoredProvider): Provider {
  return provider;
}
