import { isRecord, keptText } from '../../ui/kept-text.ts';
import { type AgentDraft, rebaseDraft } from './agent-draft.ts';

/** A version of an agent, as its fields were. */
export interface Base {
  readonly version: number;
  readonly draft: AgentDraft;
}

interface Kept {
  readonly base: Base;
  readonly draft: AgentDraft;
  readonly sent?: readonly AgentDraft[];
}

const placeOf = (id: string): string => `agent.${id}`;

/** What is typed of an agent, until it is saved. */
export const keptAgent = {
  /** What an older console did not know of is as the agent has it `now`: nobody has changed it. */
  read(id: string, now: AgentDraft): Kept | undefined {
    const kept = keptText.read(placeOf(id), isKept);
    if (!kept) return undefined;
    const whole = (draft: AgentDraft): AgentDraft => ({ ...now, ...draft });
    const base = { ...kept.base, draft: whole(kept.base.draft) };
    return { base, draft: whole(kept.draft), sent: (kept.sent ?? []).map(whole) };
  },
  keep: (id: string, kept: Kept) => keptText.keep(placeOf(id), kept),
  forget: (id: string) => keptText.forget(placeOf(id)),
  /** `what` has become `fresh`; the page may be gone by now, with what was typed in it since. */
  rebase(id: string, what: AgentDraft, fresh: Base): void {
    const kept = keptText.read(placeOf(id), isKept);
    if (kept) this.keep(id, { base: fresh, draft: rebaseDraft(what, kept.draft, fresh.draft), sent: [] });
  },
};

/** Only this file writes these; one of an older console may lack fields. */
function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || !isRecord(value.base) || !isRecord(value.draft)) return false;
  return (
    isRecord(value.base.draft) && typeof value.base.version === 'number' && Array.isArray(value.draft.tools)
  );
}
