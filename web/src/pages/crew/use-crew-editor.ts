import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { madeBefore } from '../../api/saved-before.ts';
import { crewQuery } from './crew-query.ts';
import { type CrewDraft, type CrewReply, type DraftAgent, newCrew, toDraft } from './draft.ts';
import { type Base, keptCrew } from './kept-crew.ts';
import { readLeft } from './read-left.ts';
import { isSaved, newKeys, rebaseDraft } from './rebase-draft.ts';
import { type Selection, selectionOf } from './selection.ts';
import { toBody } from './to-body.ts';

/** Somebody else's save, which ours would have overwritten. */
export interface CrewConflict {
  readonly base: CrewDraft;
  readonly newest: CrewReply;
  /** Agents that they took out of the crew and that are still the account's. */
  readonly left: readonly DraftAgent[];
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
    return fresh;
  };

  const readNow = (crewId: string) => queryClient.fetchQuery({ ...crewQuery(crewId), staleTime: 0 });

  /** A crew that was made and that could not be read since. */
  const unread = useRef<{ readonly id: string; readonly what: CrewDraft }>(undefined);
  /** What was sent to be made, by the bodies of the requests. */
  const tried = useRef(new Map<unknown, CrewDraft>());
  const post = async (what: CrewDraft): Promise<{ readonly id: string; readonly what: CrewDraft }> => {
    const body = toBody(what, undefined, {});
    tried.current.set(JSON.stringify(body), what);
    try {
      const { id: madeId } = await ask(api.POST('/crews', { body }));
      return { id: madeId, what };
    } catch (thrown) {
      const before = madeBefore(thrown);
      const first = tried.current.get(before?.sent);
      if (!before || !first) throw thrown;
      return { id: before.id, what: first };
    }
  };
  const make = async (what: CrewDraft): Promise<string | undefined> => {
    unread.current ??= await post(what);
    const made = unread.current;
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
    const path = { id: now.id };
    const { inputs } = now.configuration;
    const body = toBody(what, on.draft, inputs);
    const headers = { 'if-match': `"${on.revision}"` };
    setSent([...unsure, what].slice(-MAX_SENT));
    try {
      await ask(api.PUT('/crews/{id}', { params: { path }, body, headers }));
    } catch (thrown) {
      if (toApiError(thrown).status !== 409) throw thrown;
      const newest = await readNow(now.id);
      const theirs = toDraft(newest);
      // Not theirs, but ours: it was saved by a try of which the reply has not come.
      const ours = [what, ...unsure].find((each) => isSaved(each, theirs, newest.configuration.inputs));
      if (!ours) {
        setConflict({ base: on.draft, newest, left: await readLeft(what, theirs) });
        return undefined;
      }
      const fresh = goOn(ours, newest);
      return ours === what ? now.id : update(rebaseDraft(ours, what, fresh.draft), fresh, newest, []);
    }
    goOn(what, await readNow(now.id));
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
