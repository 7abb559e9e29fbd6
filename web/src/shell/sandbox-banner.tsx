import { sandbox } from '../api/sandbox.ts';
import { useMe } from '../session/use-me.ts';
import { Button } from '../ui/button.tsx';

/** Nobody takes the sandbox for the account: it stands over every page of it. */
export function SandboxBanner() {
  const { account } = useMe();
  if (!account.is_sandbox) return null;
  return (
    <section
      aria-label="Sandbox"
      className="sticky top-12 z-20 flex flex-wrap items-center justify-center gap-x-4 gap-y-1 bg-accent-soft px-4 py-1.5 md:top-0"
    >
      <p>
        <strong className="font-semibold">You are in the sandbox,</strong> a twin of the account: nothing is
        billed or goes out, and the stand-in model answers.
      </p>
      <Button size="small" onClick={() => sandbox.go(false)}>
        Leave the sandbox
      </Button>
    </section>
  );
}
