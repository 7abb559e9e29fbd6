import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { PageFrame } from '../../ui/page.tsx';
import { useSections } from './use-sections.ts';

export function Page() {
  const sections = useSections();
  return (
    <PageFrame title="Settings">
      <ul className="divide-y rounded-xl border bg-panel">
        {sections.map(({ label, to, lead }) => (
          <li key={label}>
            <Link to={to} className="flex items-center gap-3 px-4 py-3 hover:bg-hover">
              <span className="flex-1">
                <span className="block font-medium">{label}</span>
                <span className="text-muted">{lead}</span>
              </span>
              <ChevronRight aria-hidden="true" className="size-4 text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </PageFrame>
  );
}
