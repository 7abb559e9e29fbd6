import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Agent, agentQuery } from '../../api/agent-query.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { toast } from '../../ui/toast.tsx';
import { type AgentDraft, fieldOf, rebaseDraft, toDraft } from './agent-draft.ts';
import { type Base, keptAgent } from './kept-agent.ts';
import { putAgent } from './put-agent.ts';

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
  const { id } = agent;
  const [kept] = useState(() => keptAgent.read(id, toDraft(agent)));
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
    if (changed) keptAgent.keep(id, { base, draft, sent });
    else keptAgent.forget(id);
  }, [id, base, draft, sent, changed]);

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
    keptAgent.rebase(id, what, fresh);
    queries.setQueryData(agentQuery(id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ['agents'] });
    setBase(fresh);
    setDraft((typed) => rebaseDraft(what, typed, fresh.draft));
    setSent([]);
    setRestored(false);
    setConflict(undefined);
    return fresh;
  };

  /** Resolves to the version that there is then; undefined: to none, there is a conflict. */
  const update = async (
    what: AgentDraft,
    on: Base,
    unsure: readonly AgentDraft[],
  ): Promise<number | undefined> => {
    setSent([...unsure, what].slice(-MAX_SENT));
    const put = await putAgent(id, what, on, unsure);
    if (put.status === 'conflict') {
      setConflict({ base: on.draft, newest: put.newest });
      return undefined;
    }
    const fresh = goOn(put.what, put.agent);
    if (put.what !== what) return update(rebaseDraft(put.what, what, fresh.draft), fresh, []);
    return fresh.version;
  };

  const send = async (what: AgentDraft, on: Base, unsure: readonly AgentDraft[]) => {
    if (saving) return;
    setSaving(true);
    setError(undefined);
    let version: number | undefined;
    try {
      version = await update(what, on, unsure);
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setSaving(false);
    }
    // Who reads that can save again.
    if (version !== undefined) toast.done(`Saved as version ${version}`, 'In force with the next call.');
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
