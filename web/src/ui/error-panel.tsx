import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { toApiError } from '../api/api-error.ts';
import { Button } from './button.tsx';

interface ErrorPanelProps {
  readonly error: unknown;
  /** What could not be done, as a sentence: "The agents could not be loaded." */
  readonly title?: string;
  /** In place of the server's words, where those are for programs. */
  readonly words?: ReactNode;
  readonly onRetry?: () => void;
}

/** What went wrong in the server's own words, with the id under which its log has it. */
export function ErrorPanel({ error, title, words, onRetry }: ErrorPanelProps) {
  const { message, requestId } = toApiError(error);
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-medium">{title}</p>}
        <p className="break-words">{words || message}</p>
        {requestId !== undefined && (
          <p className="mt-0.5 text-sm text-muted">
            Request <code className="font-mono">{requestId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
