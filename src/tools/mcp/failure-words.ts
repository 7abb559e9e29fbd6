import { MusterError } from '../../lib/errors.ts';
import { SecretError } from '../../lib/secrets.ts';

const MAX_CHARS = 400;
const MAX_CAUSES = 8;

/** Why a server could not be spoken with, for people and models. The protocol's errors are told by their shape. */
export function failureWords(error: unknown): string {
  const chain = causesOf(error);
  const ours = chain.find((one) => one instanceof MusterError);
  if (ours) return ours.message;
  if (chain.some((one) => one instanceof SecretError)) {
    return "The server's credential cannot be opened with this server's secret key. Set it again.";
  }
  const status = chain.map(statusOf).find((found) => found !== undefined);
  if (status === 401 || status === 403) {
    return `It refused the access (HTTP ${status}). Check auth_type and auth.`;
  }
  if (status !== undefined)
    return `It answered with HTTP ${status}, which is not the Model Context Protocol.`;
  const codes = chain.map((one) => Reflect.get(Object(one), 'code'));
  if (codes.includes('REQUEST_TIMEOUT')) return 'It did not answer in time.';
  const name = chain.map((one) => (one instanceof Error ? one.name : '')).find((found) => found !== '');
  if (name === 'UnauthorizedError') return 'It refused the access (HTTP 401). Check auth_type and auth.';
  const message = error instanceof Error ? error.message : 'it said nothing that can be read';
  return `It could not be spoken with by the Model Context Protocol: ${message.slice(0, MAX_CHARS)}`;
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && chain.length < MAX_CAUSES; ) {
    chain.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return chain;
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' ? status : undefined;
}
