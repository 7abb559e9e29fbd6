import { useNavigate, useSearch } from '@tanstack/react-router';

type Change = Readonly<Record<string, string | number | undefined>>;

/** What a page shows, kept in its address: a reload, the way back and a link to somebody else show the same. */
export function useSearchState(): {
  readonly search: Readonly<Record<string, string>>;
  /** From 1. */
  readonly page: number;
  /** Changes filters and goes to the first page of what they find, unless it is the page that is changed. */
  readonly change: (change: Change) => void;
} {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name, String(value)]),
  );
  const page = Number(search.page ?? 1);
  return {
    search,
    page: Number.isInteger(page) && page > 0 ? page : 1,
    change(change) {
      const next: Record<string, string | number | undefined> = { ...raw, page: undefined, ...change };
      const kept = Object.entries(next).filter(([, value]) => value !== undefined && value !== '');
      void navigate({ to: '.', search: Object.fromEntries(kept), replace: true, resetScroll: false });
    },
  };
}
