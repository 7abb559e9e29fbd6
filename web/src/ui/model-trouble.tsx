import { Link } from '@tanstack/react-router';
import type { Agent } from '../api/agent-query.ts';
import type { ApiError } from '../api/api-error.ts';
import { useMay } from '../session/use-me.ts';

const WITHOUT_PRICE = 'has no price';
const WITHOUT_PROVIDER = 'its provider is not set up';
const NO_PRICE = 'Its model has no price yet, so nothing can be billed.';
export const NO_KEY = 'Its model cannot be called: there is no key for its provider.';
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

/** What keeps an agent's model from being called. */
export function troubleWith({ model_error: error }: Pick<Agent, 'model_error'>): string | undefined {
  if (error === null) return undefined;
  if (error.code === 'model_without_price') return NO_PRICE;
  return error.setting === null ? NO_PROVIDER : NO_KEY;
}

/** The server tells programs what to send; of an error of this kind people are told where to go. */
export function troubleOf({ field, reason, details }: ApiError): string | undefined {
  if (field !== 'model') return undefined;
  if (reason === WITHOUT_PRICE) return NO_PRICE;
  if (reason !== WITHOUT_PROVIDER) return undefined;
  return typeof details.setting === 'string' ? NO_KEY : NO_PROVIDER;
}
