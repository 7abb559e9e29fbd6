import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import { toApiError } from '../../../api/api-error.ts';
import { formatDuration } from '../../../ui/format.ts';

export interface Tested {
  readonly name: string;
  readonly reply?: {
    readonly ok: boolean;
    readonly model: string;
    readonly duration_ms: number;
    readonly error: { readonly message: string } | null;
  };
  /** Why it could not even be asked. */
  readonly error?: unknown;
}

/** What came of asking a provider for a word. */
export function TestResult({ name, reply, error }: Tested) {
  if (!reply && error === undefined) {
    return (
      <p role="status" className="mt-3 flex items-center gap-2 text-muted">
        <LoaderCircle aria-hidden="true" className="size-4 animate-spin" /> Asking {name} for a word…
      </p>
    );
  }
  if (reply?.ok) {
    return (
      <p role="status" className="mt-3 flex items-start gap-2">
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ok" />
        <span>
          {name} answers: {reply.model}, in {formatDuration(reply.duration_ms)}.{' '}
          <span className="text-muted">Nothing was taken from the credit; it counted some ten tokens.</span>
        </span>
      </p>
    );
  }
  return (
    <p role="alert" className="mt-3 flex items-start gap-2">
      <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <span className="min-w-0 break-words">
        <span className="font-medium text-danger">{name} does not answer.</span>{' '}
        {reply?.error?.message ?? toApiError(error).message}
        {reply && <span className="text-muted"> Asked for: {reply.model}.</span>}
      </span>
    </p>
  );
}
