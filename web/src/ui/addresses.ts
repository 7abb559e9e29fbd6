import { ApiError } from '../api/api-error.ts';
import { cutText } from './cut-text.ts';

const MAX_ADDRESSES = 20;
/** Of a wrong address, in what is said of it. */
const SHOWN = 80;

/** The lines of a field, each an address at which pages may have a chat. */
export function toAddresses(lines: string): string[] {
  return lines.split(/\s+/).filter((address) => address !== '');
}

/** The API takes the addresses as a list; here they are the lines of the field `origins`, which says what is wrong with which. */
export function atAddresses(thrown: unknown, allowed: readonly string[]): unknown {
  if (!(thrown instanceof ApiError)) return thrown;
  const [name, index] = thrown.field?.split('.') ?? [];
  if (name !== 'allowed_origins') return thrown;
  const wrong = index === undefined ? undefined : allowed[Number(index)];
  const reason =
    wrong === undefined
      ? `There can be up to ${MAX_ADDRESSES} of them, and one at least.`
      : `“${cutText(wrong, SHOWN)}” is no address that a chat can be allowed at: write it as https://www.example.com, without a path.`;
  return new ApiError(thrown.status, {
    code: thrown.code,
    message: reason,
    details: { field: 'origins', reason },
  });
}
