import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { isRecord, keptText } from '../../ui/kept-text.ts';
import { type CrewReply, crewQuery } from './crew-query.ts';
import { type CrewDraft, newCrew, toDraft, wholeDraft } from './draft.ts';
import { atPlace, placeOf, type Selection, selectionOf } from './selection.ts';
import { toBody } from './to-body.ts';

/** Somebody else's save, which ours would have overwritten. */
export interface CrewConflict {
  readonly base: CrewDraft;
  readonly newest: CrewReply;
}

export interface CrewEditor {
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

interface Kept {
  readonly draft: Partial<CrewDraft>;
  readonly base: { readonly revision: string; readonly draft: Partial<CrewDraft> };
}

/** Only this page writes what it reads here. */
const isKept = (value: unknown): value is Kept =>
  isRecord(value) &&
  isRecord(value.base) &&
  isRecord(value.base.draft) &&
  isRecord(value.draft) &&
  Array.isArray(value.draft.tasks);

/** A crew that is being edited; what was changed is kept for this tab until it is saved or thrown away. */
export function useCrewEditor(crew: CrewReply | undefined, model: string): CrewEditor {
  const keep = `crew.${crew?.id ?? 'new'}`;
  const queryClient = useQueryClient();
  const [kept] = useState(() => keptText.read(keep, isKept));
  /** The crew as it was when the editing began; its revision is empty for a new one. */
  const [base, setBase] = useState(() =>
    kept
      ? { revision: kept.base.revision, draft: wholeDraft(kept.base.draft) }
      : crew
        ? baseOf(crew)
        : { revision: '', draft: newCrew(model) },
  );
  const [draft, setDraft] = useState(() => (kept ? wholeDraft(kept.draft) : base.draft));
  const [selection, setSelection] = useState<Selection>();
  const [error, setError] = useState<ApiError>();
  const [isSaving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<CrewConflict>();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(base.draft);

  useEffect(() => {
    if (isChanged) keptText.keep(keep, { draft, base } satisfies Kept);
    else keptText.forget(keep);
  }, [keep, draft, base, isChanged]);

  const change = useCallback((make: (draft: CrewDraft) => CrewDraft) => {
    setDraft(make);
    setError(undefined);
  }, []);

  const show = useCallback((reply: CrewReply) => {
    const fresh = baseOf(reply);
    setBase(fresh);
    setDraft(fresh.draft);
    setError(undefined);
    setConflict(undefined);
  }, []);

  useEffect(() => {
    // Somebody else has saved, and nothing of ours would be lost.
    if (crew && !isChanged && !isSaving && crew.revision !== base.revision) show(crew);
  }, [crew, isChanged, isSaving, base.revision, show]);

  const make = async (): Promise<string> => {
    const { id } = await ask(api.POST('/crews', { body: toBody(draft, undefined, {}) }));
    keptText.forget(keep);
    void queryClient.invalidateQueries({ queryKey: ['crews'] });
    return id;
  };

  /** Saves `what` over the crew as `on` has it, and over no other. */
  const update = async (what: CrewDraft, on: typeof base, now: CrewReply): Promise<string | undefined> => {
    const path = { id: now.id };
    const body = toBody(what, on.draft, now.configuration.inputs);
    const crewNow = { ...crewQuery(now.id), staleTime: 0 };
    const headers = { 'if-match': `"${on.revision}"` };
    try {
      await ask(api.PUT('/crews/{id}', { params: { path }, body, headers }));
    } catch (thrown) {
      if (toApiError(thrown).status !== 409) throw thrown;
      setConflict({ base: on.draft, newest: await queryClient.fetchQuery(crewNow) });
      return undefined;
    }
    const reply = await queryClient.fetchQuery(crewNow);
    void queryClient.invalidateQueries({ queryKey: ['crews'] });
    // Places stay, so what was selected is found again, whether it has got an id or not.
    const place = placeOf(what, selection);
    show(reply);
    setSelection(atPlace(toDraft(reply), place));
    return now.id;
  };

  const send = async (what: CrewDraft, call: () => Promise<string | undefined>) => {
    setSaving(true);
    setError(undefined);
    try {
      return await call();
    } catch (thrown) {
      const refusal = toApiError(thrown);
      setError(refusal);
      const at = selectionOf(what, refusal.field);
      if (at) setSelection(at);
      return undefined;
    } finally {
      setSaving(false);
    }
  };

  return {
    ...{ draft, change, isChanged, isSaving, selection, select: setSelection, error, conflict },
    save: () => send(draft, () => (crew ? update(draft, base, crew) : make())),
    async saveMerged(merged) {
      if (!conflict) return undefined;
      // Whatever becomes of it, it is now a change to theirs.
      const theirs = baseOf(conflict.newest);
      setBase(theirs);
      setDraft(merged);
      setConflict(undefined);
      return send(merged, () => update(merged, theirs, conflict.newest));
    },
    closeConflict: () => setConflict(undefined),
    errorAt: (field) => {
      const at = error?.field;
      return at === field || at?.startsWith(`${field}.`) ? (error?.reason ?? error?.message) : undefined;
    },
    discard() {
      setSelection(undefined);
      if (crew) show(crew);
      else {
        setDraft(base.draft);
        setError(undefined);
      }
    },
  };
}

function baseOf(crew: CrewReply) {
  return { revision: crew.revision, draft: toDraft(crew) };
}
