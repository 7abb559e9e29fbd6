import { toApiError } from './api-error.ts';

const SAVED_SINCE: ReadonlySet<unknown> = new Set([
  'provider_changed',
  'schedule_changed',
  'webhook_changed',
]);

/** Of a change to what was read, and to no other state of it. */
export function ifMatch({ revision }: { readonly revision: string }) {
  return { 'if-match': `"${revision}"` };
}

/** Whether a change was refused because somebody else has saved what it was made to. */
export function isSavedSince(thrown: unknown): boolean {
  return SAVED_SINCE.has(toApiError(thrown).details.code);
}
