import { Link, useLocation } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';

/** The pages that have further ones below them. */
const PARENTS = {
  '/agents': 'Agents',
  '/crews': 'Crews',
  '/runs': 'Runs',
  '/conversations': 'Conversations',
  '/knowledge': 'Knowledge',
  '/settings': 'Settings',
  '/settings/webhooks': 'Webhooks',
} as const;

/** The way from a page to the list that it is of: from /settings/people to Settings. Nothing on a page that is of none. */
export function UpLink() {
  const { pathname } = useLocation();
  const parent = pathname.slice(0, pathname.lastIndexOf('/'));
  if (!isParent(parent)) return null;
  return (
    <Link
      to={parent}
      className="-ml-1 inline-flex items-center text-sm text-muted hover:text-text hover:underline"
    >
      <ChevronLeft aria-hidden="true" className="size-4" />
      {PARENTS[parent]}
    </Link>
  );
}

function isParent(path: string): path is keyof typeof PARENTS {
  return Object.hasOwn(PARENTS, path);
}
