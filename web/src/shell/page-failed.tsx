import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorPanel } from '../ui/error-panel.tsx';

/** Where a page broke, the rest of the console stays. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-lg px-4 py-16">
      <ErrorPanel error={error} title="This page could not be shown." onRetry={reset} />
    </div>
  );
}
