import { Link } from '@tanstack/react-router';
import type { ApiError } from '../api/api-error.ts';
import { useModels } from '../api/use-models.ts';
import { useMay } from '../session/use-me.ts';

const WITHOUT_PRICE = 'has no price';
const WITHOUT_PROVIDER = 'its provider is not set up';
const NO_KEY = 'Its model cannot be called: there is no key for its provider.';
const NO_PROVIDER = 'Its model cannot be called: no provider that is set up here serves it.';

/** Why the model of an agent cannot be called, and the way to where that is mended. */
export function ModelTrouble({ why }: { readonly why: string }) {
  const mayMend = useMay('admin');
  return (
    <>
      {why}{' '}
      {mayMend ? (
        <Link to="/settings/models" className="text-accent underline">
          Go to Settings, Models
        </Link>
      ) : (
        'An admin mends that under Settings, Models.'
      )}
    </>
  );
}

/** The same of a model of which the server says no more than that it cannot be called. */
export function BrokenModel({ model }: { readonly model: string }) {
  const { data, isPlaceholderData } = useModels(model);
  if (!data || isPlaceholderData) return null;
  // An agent may name it without its provider.
  const isKnown = data.models.some(({ id }) => id === model || id.endsWith(`/${model}`));
  return <ModelTrouble why={isKnown ? NO_KEY : NO_PROVIDER} />;
}

/** The server tells programs what to send; of an error of this kind people are told where to go. */
export function troubleOf({ field, reason, details }: ApiError): string | undefined {
  if (field !== 'model') return undefined;
  if (reason === WITHOUT_PRICE) return 'Its model has no price yet, so nothing can be billed.';
  if (reason !== WITHOUT_PROVIDER) return undefined;
  return typeof details.setting === 'string' ? NO_KEY : NO_PROVIDER;
}
