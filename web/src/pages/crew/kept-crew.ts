import { isRecord, keptText } from '../../ui/kept-text.ts';
import { type CrewDraft, wholeDraft } from './draft.ts';
import { rebaseDraft } from './rebase-draft.ts';

/** What a draft is a change to. */
export interface Base {
  /** Empty: it is not saved yet. */
  readonly revision: string;
  readonly draft: CrewDraft;
}

interface KeptCrew {
  readonly draft: CrewDraft;
  readonly base: Base;
  /** Drafts that were sent to be saved over `base`, and of which nobody knows whether they came. */
  readonly sent: readonly CrewDraft[];
}

/** An older console may have kept less. */
interface Stored {
  readonly draft: Partial<CrewDraft>;
  readonly base: { readonly revision: string; readonly draft: Partial<CrewDraft> };
  readonly sent?: readonly Partial<CrewDraft>[];
}

/** Only this file writes what it reads here. */
const isStored = (value: unknown): value is Stored =>
  isRecord(value) &&
  isRecord(value.base) &&
  isRecord(value.base.draft) &&
  isRecord(value.draft) &&
  Array.isArray(value.draft.tasks);

const nameOf = (id: string | undefined) => `crew.${id ?? 'new'}`;

/** What was changed of a crew, kept for this tab until it is saved or thrown away. No id: one that is not saved yet. */
export const keptCrew = {
  read(id: string | undefined): KeptCrew | undefined {
    const kept = keptText.read(nameOf(id), isStored);
    return (
      kept && {
        draft: wholeDraft(kept.draft),
        base: { revision: kept.base.revision, draft: wholeDraft(kept.base.draft) },
        sent: (kept.sent ?? []).map(wholeDraft),
      }
    );
  },
  keep(id: string | undefined, kept: KeptCrew): void {
    keptText.keep(nameOf(id), kept);
  },
  forget(id: string | undefined): void {
    keptText.forget(nameOf(id));
  },
  /** `sent` was saved, whether its page is still open or not: what has been typed since is a change to that. */
  rebase(id: string | undefined, sent: CrewDraft, savedId: string, saved: Base): void {
    const kept = keptCrew.read(id);
    if (!kept) return;
    keptCrew.forget(id);
    const draft = rebaseDraft(sent, kept.draft, saved.draft);
    if (JSON.stringify(draft) !== JSON.stringify(saved.draft)) {
      keptCrew.keep(savedId, { draft, base: saved, sent: [] });
    }
  },
};
