/**
 * For a list that is read whole and takes many requests of the account's limit: what this console changes in it
 * invalidates it, and what others change may come later.
 */
export const RARELY_CHANGED = { staleTime: 10 * 60_000, refetchOnWindowFocus: false } as const;
