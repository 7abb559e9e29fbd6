import type { ApiError } from '../../api/api-error.ts';
import type { CrewDraft, CrewReply, DraftAgent } from './draft.ts';
import type { Selection } from './selection.ts';

/** Somebody else's save, which ours would have overwritten. */
export interface CrewConflict {
  readonly base: CrewDraft;
  readonly newest: CrewReply;
  /** Agents that they took out of the crew and that are still the account's. */
  readonly left: readonly DraftAgent[];
}

export interface CrewEditor {
  /** As it was read last; undefined while it is not saved. */
  readonly crew: CrewReply | undefined;
  readonly draft: CrewDraft;
  readonly change: (make: (draft: CrewDraft) => CrewDraft) => void;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  /** What the server said against the last save. */
  readonly error: ApiError | undefined;
  /** Of a field of the crew (`name`) or of a part (`tasks.0.description`); what is below it counts. */
  readonly errorAt: (field: string) => string | undefined;
  readonly conflict: CrewConflict | undefined;
  /** The id of the saved crew; undefined when it was not saved. */
  readonly save: () => Promise<string | undefined>;
  /** Saves what was made of both changes on top of theirs. */
  readonly saveMerged: (merged: CrewDraft) => Promise<string | undefined>;
  readonly closeConflict: () => void;
  readonly discard: () => void;
}
