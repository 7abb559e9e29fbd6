import { MusterError } from '../errors.ts';
import { errors } from '../undici/index.ts';
import { egressErrors } from './errors.ts';
import { ConnectFailure } from './guarded-connector.ts';

/** What a caller is told of a failed request; `late`: its own time was up. */
export function errorOf(cause: unknown, late: boolean): MusterError {
  if (cause instanceof MusterError) return cause;
  if (cause instanceof ConnectFailure) {
    return egressErrors.egress_unreachable(
      'The address cannot be reached: nothing answers there, or it is private and not in MUSTER_TOOL_ALLOW_HOSTS.',
      { cause },
    );
  }
  const silent = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError;
  if (late || silent) {
    return egressErrors.egress_timeout('The other side did not answer in full within the time limit.', {
      cause,
    });
  }
  return egressErrors.egress_failed('The other side broke off or sent no proper HTTP.', { cause });
}
