import { Outlet, useLocation } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { PageFrame } from '../../ui/page.tsx';
import { SECTIONS } from './sections.ts';
import { useSections } from './use-sections.ts';

/** A part of Settings, or, for those who may not open it, whom to ask. */
export function SectionGate() {
  const { pathname } = useLocation();
  const open = useSections();
  const section = SECTIONS.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  if (!section || open.includes(section)) return <Outlet />;
  const { label, role, operator } = section;
  return (
    <PageFrame title={label}>
      {operator ? (
        <Empty icon={Lock} title={`${label}: only for who runs this server`}>
          Ask the operator of this server.
        </Empty>
      ) : (
        <Empty icon={Lock} title={`${label}: not for your role`}>
          It takes the role {role} or above. Ask an admin or the owner of this account.
        </Empty>
      )}
    </PageFrame>
  );
}
