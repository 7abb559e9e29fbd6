import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import type { CrewConflict, CrewEditor } from './crew-editor.ts';
import { crewQuery } from './crew-query.ts';
import { type CrewDraft, type CrewReply, newCrew, toDraft } from './draft.ts';
import { type Base, keptCrew } from './kept-crew.ts';
import { putCrew } from './put-crew.ts';
import { readLeft } from './read-left.ts';
import { newKeys, rebaseDraft } from './rebase-draft.ts';
import { type Selection, selectionOf } from './selection.ts';
import { usePostCrew } from './use-post-crew.ts';

/** Tries of which the reply has not come. */
const MAX_SENT = 3;

/** A crew that is being edited; what was changed is kept for this tab until it is saved or thrown away. */
export function useCrewEditor(crew: CrewReply | undefined, model: string): CrewEditor {
  /** Undefined: it is not saved yet. */
  const [id, setId] = useState(crew?.id);
  const queryClient = useQueryClient();
  const [kept] = useState(() => keptCrew.read(id));
  /** The crew as it was when the editing began. */
  const [base, setBase] = useState<Base>(
    () => kept?.base ?? (crew ? baseOf(crew) : { revision: '', draft: newCrew(model) }),
  );
  const [draft, setDraft] = useState(kept?.draft ?? base.draft);
  /** What was sent to be saved over `base`, and of which nobody knows whether it came. */
  const [sent, setSent] = useState<readonly CrewDraft[]>(kept?.sent ?? []);
  const [selection, setSelection] = useState<Selection>();
  const [error, setError] = useState<ApiError>();
  const [isSaving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<CrewConflict>();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(base.draft);

  useEffect(() => {
    if (isChanged) keptCrew.keep(id, { draft, base, sent });
    else keptCrew.forget(id);
  }, [id, draft, base, sent, isChanged]);

  const change = useCallback((make: (draft: CrewDraft) => CrewDraft) => {
    setDraft(make);
    setError(undefined);
  }, []);

  const show = useCallback((reply: CrewReply) => {
    const fresh = baseOf(reply);
    setBase(fresh);
    setDraft(fresh.draft);
    setSent([]);
    setError(undefined);
    setConflict(undefined);
  }, []);

  useEffect(() => {
    // Somebody else has saved, and nothing of ours would be lost.
    if (crew && !isChanged && !isSaving && crew.revision !== base.revision) show(crew);
  }, [crew, isChanged, isSaving, base.revision, show]);

  /** `what` has become `reply`; what has been typed since stays a change to it. */
  const goOn = (what: CrewDraft, reply: CrewReply): Base => {
    const fresh = baseOf(reply);
    const keys = newKeys(what, fresh.draft);
    keptCrew.rebase(id, what, reply.id, fresh);
    setId(reply.id);
    setBase(fresh);
    setDraft((typed) => rebaseDraft(what, typed, fresh.draft));
    setSent([]);
    setConflict(undefined);
    setSelection((now) => now && { ...now, key: keys.get(now.key) ?? now.key });
    void queryClient.invalidateQueries({ queryKey: ['crews'] });
    void queryClient.invalidateQueries({ queryKey: ['agents'] });
    return fresh;
  };

  const readNow = async (crewId: string) => {
    const query = crewQuery(crewId);
    // A reading that is under way may have begun before the save, and would be taken for what was saved.
    await queryClient.cancelQueries({ queryKey: query.queryKey });
    return queryClient.fetchQuery({ ...query, staleTime: 0 });
  };

  const post = usePostCrew();
  const make = async (what: CrewDraft): Promise<string | undefined> => {
    const made = await post(what);
    const reply = await readNow(made.id);
    const fresh = goOn(made.what, reply);
    // What has been typed since that was sent is not saved with it.
    if (JSON.stringify(made.what) === JSON.stringify(what)) return made.id;
    return update(rebaseDraft(made.what, what, fresh.draft), fresh, reply, []);
  };

  /** Saves `what` over the crew as `on` has it, and over no other. */
  const update = async (
    what: CrewDraft,
    on: Base,
    now: CrewReply,
    unsure: readonly CrewDraft[],
  ): Promise<string | undefined> => {
    setSent([...unsure, what].slice(-MAX_SENT));
    const put = await putCrew({ what, on, now, unsure, readNow });
    if (put.status === 'conflict') {
      const { newest } = put;
      setConflict({ base: on.draft, newest, left: await readLeft(what, toDraft(newest)) });
      return undefined;
    }
    const fresh = goOn(put.what, put.crew);
    return put.what === what ? now.id : update(rebaseDraft(put.what, what, fresh.draft), fresh, put.crew, []);
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
    crew,
    ...{ draft, change, isChanged, isSaving, selection, select: setSelection, error, conflict },
    save: () => send(draft, () => (crew ? update(draft, base, crew, sent) : make(draft))),
    async saveMerged(merged) {
      if (!conflict) return undefined;
      // Whatever becomes of it, it is now a change to theirs.
      const theirs = baseOf(conflict.newest);
      setBase(theirs);
      setDraft(merged);
      setSent([]);
      setConflict(undefined);
      return send(merged, () => update(merged, theirs, conflict.newest, []));
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

function baseOf(crew: CrewReply): Base {
  return { revision: crew.revision, draft: toDraft(crew) };
}
