import type { StoredCustomTool } from './store.ts';
import type { CustomTool } from './types.ts';

/** What may leave the room: not even the sealed credential. */
export function withoutAuth({ authSealed: _, ...tool }: StoredCustomTool): CustomTool {
  return tool;
}
