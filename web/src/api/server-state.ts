import { useSyncExternalStore } from 'react';

interface ServerState {
  readonly reachable: boolean;
  /** A request was refused for its session. */
  readonly sessionEnded: boolean;
}

let state: ServerState = { reachable: true, sessionEnded: false };
let sessions = 0;
const listeners = new Set<() => void>();

/** What the last requests told of the server; one for the whole page. */
export const serverState = {
  get: () => state,
  set(change: Partial<ServerState>): void {
    const next = { ...state, ...change };
    if (next.reachable === state.reachable && next.sessionEnded === state.sessionEnded) return;
    state = next;
    for (const listener of listeners) listener();
  },
  /** Changes with each sign-in: what was refused before one says nothing of the session since. */
  session: () => sessions,
  beginSession(): void {
    sessions += 1;
    this.set({ sessionEnded: false });
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useServerState(): ServerState {
  return useSyncExternalStore(serverState.subscribe, serverState.get);
}
