import { commonErrors } from '../../../lib/errors.ts';
import type { FindObject } from '../access.ts';

const END = '/price';

/** The model's id in a path that ends in `/price`, where its slash was not encoded. */
export function modelOfPath(path: string): string {
  if (!path.endsWith(END) || path.length === END.length)
    throw commonErrors.not_found('There is no such route.');
  return path.slice(0, -END.length);
}

/** A price is the account's own, whatever the model. */
export const anyModel: FindObject = async () => undefined;
