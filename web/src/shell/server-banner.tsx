import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { serverState, useServerState } from '../api/server-state.ts';

const ASK_EVERY_MS = 2_000;

/** Says that the server is away, asks for it, and loads what is missing when it is back. */
export function ServerBanner() {
  const { reachable } = useServerState();
  const queries = useQueryClient();
  useEffect(() => {
    if (reachable) return undefined;
    const timer = setInterval(() => {
      fetch('/health').then(
        ({ ok }) => {
          if (!ok) return;
          serverState.set({ reachable: true });
          void queries.invalidateQueries();
        },
        // Still away; it is asked again.
        () => undefined,
      );
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [reachable, queries]);
  return (
    <div role="status" className="contents">
      {!reachable && (
        <p className="sticky top-0 z-30 bg-warn-soft px-4 py-2 text-center text-warn">
          The server cannot be reached. Trying again… What you typed stays here.
        </p>
      )}
    </div>
  );
}
