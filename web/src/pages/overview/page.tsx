import { useMe } from '../../session/use-me.ts';
import { PageFrame } from '../../ui/page.tsx';

export function Page() {
  const me = useMe();
  return (
    <PageFrame title="Overview" lead={`Signed in as ${me.email}.`}>
      {null}
    </PageFrame>
  );
}
