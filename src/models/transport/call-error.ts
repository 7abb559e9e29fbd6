import { MusterError } from '../../lib/errors.ts';
import { ModelCallError, modelErrors } from '../errors.ts';
import { cutError, garbageError, timeoutError, unavailable } from '../failures.ts';
import type { PartialReply } from '../types.ts';
import { findCause, type TransportError } from './transport-error.ts';

/**
 * What a broken exchange means for the call. An error of the code that reads (a sink that throws) is passed on as it
 * is: it is not the provider's.
 */
export function callErrorOfTransport(
  error: TransportError,
  provider: string,
  partial: PartialReply,
  shown: boolean,
): unknown {
  switch (error.fault) {
    case 'aborted':
      return new ModelCallError('aborted', partial);
    case 'unreachable':
      return new ModelCallError(
        'unavailable',
        partial,
        unavailable(provider, error.message),
        error.transient && !shown,
      );
    case 'timeout':
      return new ModelCallError('timeout', partial, timeoutError(provider, error.message));
    case 'cut':
      return new ModelCallError('cut', partial, cutError(provider));
    case 'protocol':
      return new ModelCallError('garbage', partial, garbageError(provider, error.message));
    case 'refused': {
      const refusal = findCause(error, (e): e is MusterError => e instanceof MusterError);
      const shownError = refusal ?? modelErrors.upstream_unavailable(error.message);
      return new ModelCallError('unavailable', partial, shownError);
    }
    case 'local':
      return error.cause;
  }
}
