const KEY = 'muster.reloaded-at';
const NOT_AGAIN_MS = 60_000;

/**
 * A page whose files are gone, because the server was updated under it, begins anew. What was typed is kept by then; a
 * second failure within a minute is shown instead.
 */
export function reloadWhenReplaced(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < NOT_AGAIN_MS) return;
    event.preventDefault();
    sessionStorage.setItem(KEY, String(Date.now()));
    location.reload();
  });
}
