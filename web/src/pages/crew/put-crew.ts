import { api, ask } from '../../api/api.ts';
import { toApiError } from '../../api/api-error.ts';
import { type CrewDraft, type CrewReply, toDraft } from './draft.ts';
import type { Base } from './kept-crew.ts';
import { isSaved } from './rebase-draft.ts';
import { toBody } from './to-body.ts';

/** `saved`: `what` is now `crew`. `conflict`: somebody else has saved `newest` since `on`. */
type PutCrew =
  | { readonly status: 'saved'; readonly what: CrewDraft; readonly crew: CrewReply }
  | { readonly status: 'conflict'; readonly newest: CrewReply };

interface CrewToPut {
  readonly what: CrewDraft;
  readonly on: Base;
  readonly now: CrewReply;
  /** Drafts that were sent before, and of which no reply has come. */
  readonly unsure: readonly CrewDraft[];
  readonly readNow: (id: string) => Promise<CrewReply>;
}

/**
 * Saves `what` over the crew as `on` has it, and over no other. One of `unsure` may turn out to be what is saved; then that
 * is told, and `what` is still to be saved over it.
 */
export async function putCrew({ what, on, now, unsure, readNow }: CrewToPut): Promise<PutCrew> {
  const body = toBody(what, on.draft, now.configuration.inputs);
  const headers = { 'if-match': `"${on.revision}"` };
  try {
    await ask(api.PUT('/crews/{id}', { params: { path: { id: now.id } }, body, headers }));
  } catch (thrown) {
    if (toApiError(thrown).status !== 409) throw thrown;
    const newest = await readNow(now.id);
    const theirs = toDraft(newest);
    // Not theirs, but ours: it was saved by a try of which the reply has not come.
    const ours = [what, ...unsure].find((each) => isSaved(each, theirs, newest.configuration.inputs));
    return ours ? { status: 'saved', what: ours, crew: newest } : { status: 'conflict', newest };
  }
  return { status: 'saved', what, crew: await readNow(now.id) };
}
