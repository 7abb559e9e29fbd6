import { MusterError } from '../errors.ts';
import { errors } from '../undici/index.ts';
import { egressErrors } from './errors.ts';
import { ConnectFailure, type Forbidden } from './guarded-connector.ts';
import { portOf } from './parse-url.ts';

const UNREACHABLE =
  'The address cannot be reached: nothing answers there, or it is private and not in MUSTER_TOOL_ALLOW_HOSTS.';

/**
 * What a caller is told of an address that may not be stored: the same, and for behind the field's name why. That it is
 * not public they learn by being refused anyway.
 */
export function forbidden(cause: Forbidden, url: URL): MusterError {
  const leave = `MUSTER_TOOL_ALLOW_HOSTS=${url.hostname}:${portOf(url)}`;
  const reason = `${cause.about}; whoever runs the server can allow it by starting it with ${leave}`;
  return egressErrors.egress_unreachable(UNREACHABLE, { reason, cause });
}

/** What a caller is told of a failed request; `late`: its own time was up. */
export function errorOf(cause: unknown, late: boolean): MusterError {
  if (cause instanceof MusterError) return cause;
  if (cause instanceof ConnectFailure) {
    return egressErrors.egress_unreachable(UNREACHABLE, { cause });
  }
  const silent = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError;
  if (late || silent) {
    return egressErrors.egress_timeout('The other side did not answer in full within the time limit.', {
      cause,
    });
  }
  return egressErrors.egress_failed('The other side broke off or sent no proper HTTP.', { cause });
}
