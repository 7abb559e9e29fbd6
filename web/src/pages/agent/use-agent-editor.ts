import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Agent, agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { isRecord, keptText } from '../../ui/kept-text.ts';
import { mergeDrafts } from '../../ui/merge-drafts.ts';
import { toast } from '../../ui/toast.tsx';
import { type AgentDraft, fieldOf, isSaved, toBody, toDraft } from './agent-draft.ts';

/** Tries of which the reply has not come. */
const MAX_SENT = 3;

/** Somebody else's save, which this one would have overwritten. */
export interface Conflict {
  readonly base: AgentDraft;
  readonly newest: Agent;
}

export interface AgentEditor {
  readonly draft: AgentDraft;
  readonly changed: boolean;
  readonly saving: boolean;
  readonly error: ApiError | undefined;
  readonly conflict: Conflict | undefined;
  /** What was typed before a reload or a lost session is back in the fields. */
  readonly restored: boolean;
  set<Field extends keyof AgentDraft>(field: Field, value: AgentDraft[Field]): void;
  errorOf(field: keyof AgentDraft): string | undefined;
  save(): Promise<void>;
  /** Saves what was made of both changes on top of theirs. */
  saveMerged(merged: AgentDraft): Promise<void>;
  discard(): void;
  closeConflict(): void;
}

/** An agent being edited: what is typed, where it began, and what became of the save. Nothing typed is lost by it. */
export function useAgentEditor(agent: Agent): AgentEditor {
  const queries = useQueryClient();
  const keep = `agent.${agent.id}`;
  const [kept] = useState(() => keptText.read(keep, isKept));
  const [base, setBase] = useState<Base>(kept?.base ?? { version: agent.version, draft: toDraft(agent) });
  const [draft, setDraft] = useState(kept?.draft ?? base.draft);
  const [restored, setRestored] = useState(kept !== undefined);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [conflict, setConflict] = useState<Conflict>();
  const changed = JSON.stringify(draft) !== JSON.stringify(base.draft);

  /** What was sent to be saved over `base`, and of which nobody knows whether it came. */
  const [sent, setSent] = useState<readonly AgentDraft[]>(kept?.sent ?? []);

  useEffect(() => {
    if (changed) keptText.keep(keep, { base, draft, sent } satisfies Kept);
    else keptText.forget(keep);
  }, [keep, base, draft, sent, changed]);

  // Somebody else's version takes the place of one that nobody is changing.
  useEffect(() => {
    if (changed || agent.version <= base.version) return;
    const newest = toDraft(agent);
    setBase({ version: agent.version, draft: newest });
    setDraft(newest);
  }, [agent, base.version, changed]);

  const begin = (from: Agent) => {
    const next = toDraft(from);
    setBase({ version: from.version, draft: next });
    setDraft(next);
    setSent([]);
    setRestored(false);
    setConflict(undefined);
  };

  /** `what` has become `saved`; what has been typed since stays a change to it. */
  const goOn = (what: AgentDraft, saved: Agent): Base => {
    const fresh = { version: saved.version, draft: toDraft(saved) };
    const rebase = (typed: AgentDraft) => mergeDrafts(what, typed, fresh.draft).merged;
    const typed = keptText.read(keep, isKept);
    // The page may be gone by now, with what was typed in it.
    if (typed) keptText.keep(keep, { base: fresh, draft: rebase(typed.draft), sent: [] } satisfies Kept);
    queries.setQueryData(agentQuery(agent.id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ['agents'] });
    setBase(fresh);
    setDraft(rebase);
    setSent([]);
    setRestored(false);
    setConflict(undefined);
    return fresh;
  };

  /** Saves `what` over the version of `on`, and over no other. */
  const update = async (what: AgentDraft, on: Base, unsure: readonly AgentDraft[]): Promise<void> => {
    const path = { id: agent.id };
    const headers = { 'if-match': `"${on.version}"` };
    setSent([...unsure, what].slice(-MAX_SENT));
    let saved: Agent;
    try {
      saved = await ask(api.PUT('/agents/{id}', { params: { path }, body: toBody(what), headers }));
    } catch (thrown) {
      if (toApiError(thrown).status !== 409) throw thrown;
      const newest = await ask(api.GET('/agents/{id}', { params: { path } }));
      // Not somebody else's, but ours: it was saved by a try of which the reply has not come.
      const ours = [what, ...unsure].find((each) => isSaved(each, toDraft(newest)));
      if (!ours) {
        setConflict({ base: on.draft, newest });
        return;
      }
      if (ours !== what) {
        const fresh = goOn(ours, newest);
        await update(mergeDrafts(ours, what, fresh.draft).merged, fresh, []);
        return;
      }
      saved = newest;
    }
    goOn(what, saved);
    toast.done(`Saved as version ${saved.version}`, 'In force with the next call.');
  };

  const send = async (what: AgentDraft, on: Base, unsure: readonly AgentDraft[]) => {
    if (saving) return;
    setSaving(true);
    setError(undefined);
    try {
      await update(what, on, unsure);
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setSaving(false);
    }
  };

  return {
    draft,
    changed,
    saving,
    error: fieldOf(error?.field) === undefined ? error : undefined,
    conflict,
    restored,
    set(field, value) {
      setDraft((before) => ({ ...before, [field]: value }));
      if (fieldOf(error?.field) === field) setError(undefined);
    },
    errorOf: (field) => (fieldOf(error?.field) === field ? (error?.reason ?? error?.message) : undefined),
    save: () => send(draft, base, sent),
    async saveMerged(merged) {
      if (!conflict) return;
      // Whatever becomes of it, it is now a change to theirs.
      const theirs = { version: conflict.newest.version, draft: toDraft(conflict.newest) };
      setDraft(merged);
      setBase(theirs);
      setSent([]);
      setConflict(undefined);
      await send(merged, theirs, []);
    },
    discard: () => begin(agent),
    closeConflict: () => setConflict(undefined),
  };
}

interface Base {
  readonly version: number;
  readonly draft: AgentDraft;
}

interface Kept {
  readonly base: Base;
  readonly draft: AgentDraft;
  readonly sent?: readonly AgentDraft[];
}

/** Only this hook writes these; one of an older console may lack fields. */
function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || !isRecord(value.base) || !isRecord(value.draft)) return false;
  return (
    isRecord(value.base.draft) && typeof value.base.version === 'number' && Array.isArray(value.draft.tools)
  );
}
