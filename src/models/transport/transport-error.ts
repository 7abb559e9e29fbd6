import { MusterError } from '../../lib/errors.ts';
import { ConnectFailure } from '../../lib/guarded-http/index.ts';

/**
 * `unreachable`: no response began. `cut`: it began and did not end. `protocol`: it was not HTTP, or larger than we take.
 * `refused`: our own guard forbids the address. `local`: the code that reads the response failed.
 */
export type TransportFault = 'aborted' | 'unreachable' | 'timeout' | 'cut' | 'protocol' | 'refused' | 'local';

/** Why an HTTP exchange with a provider did not come to its end. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly fault: TransportFault;
  /** Another attempt may reach it. Not after a connect timeout: three of them would triple a wait that was long. */
  readonly transient: boolean;

  constructor(fault: TransportFault, message: string, cause?: unknown, transient = fault === 'unreachable') {
    super(message, { cause });
    this.fault = fault;
    this.transient = transient;
  }
}

/** Looks through the causes of an error, because libraries wrap what our own fetch threw. */
export function findCause<T>(error: unknown, is: (error: unknown) => error is T): T | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if (is(current)) return current;
    current = current.cause;
  }
  return undefined;
}

/** What undici reports, by its codes. `responded` says whether response headers had come. */
export function transportErrorOf(error: Error, responded: boolean): TransportError {
  const known = findCause(error, (e): e is TransportError => e instanceof TransportError);
  if (known) return known;
  const refusal = findCause(error, (e): e is MusterError => e instanceof MusterError);
  if (refusal) return new TransportError('refused', refusal.message, refusal);
  // A guarded connection that was refused says so without a cause; one that failed has one.
  const refused = findCause(error, (e): e is ConnectFailure => e instanceof ConnectFailure);
  if (refused && refused.cause === undefined) {
    return new TransportError('unreachable', 'no connection to its address', error, false);
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new TransportError('protocol', 'the response is not HTTP', error);
  }
  if (responded) return new TransportError('cut', 'the connection broke', error);
  const what = UNREACHABLE[code] ?? 'the connection failed';
  return new TransportError('unreachable', what, error, code !== 'UND_ERR_CONNECT_TIMEOUT');
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time limit',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate can not be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
};
