import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Agent, agentQuery } from '../../api/agent-query.ts';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { isRecord, keptText } from '../../ui/kept-text.ts';
import { toast } from '../../ui/toast.tsx';
import { type AgentDraft, fieldOf, toBody, toDraft } from './agent-draft.ts';

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
  const [base, setBase] = useState(kept?.base ?? { version: agent.version, draft: toDraft(agent) });
  const [draft, setDraft] = useState(kept?.draft ?? base.draft);
  const [restored, setRestored] = useState(kept !== undefined);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [conflict, setConflict] = useState<Conflict>();
  const changed = JSON.stringify(draft) !== JSON.stringify(base.draft);

  useEffect(() => {
    if (changed) keptText.keep(keep, { base, draft });
    else keptText.forget(keep);
  }, [keep, base, draft, changed]);

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
    setRestored(false);
    setConflict(undefined);
  };

  const send = async (what: AgentDraft, version: number) => {
    if (saving) return;
    setSaving(true);
    setError(undefined);
    const path = { id: agent.id };
    try {
      const headers = { 'if-match': `"${version}"` };
      const saved = await ask(api.PUT('/agents/{id}', { params: { path }, body: toBody(what), headers }));
      queries.setQueryData(agentQuery(agent.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['agents'] });
      begin(saved);
      toast.done(`Saved as version ${saved.version}`, 'In force with the next call.');
    } catch (thrown) {
      const refused = toApiError(thrown);
      if (refused.status !== 409) setError(refused);
      else {
        const newest = await ask(api.GET('/agents/{id}', { params: { path } })).catch(toApiError);
        if ('id' in newest) setConflict({ base: base.draft, newest });
        else setError(newest);
      }
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
    save: () => send(draft, base.version),
    async saveMerged(merged) {
      if (!conflict) return;
      setDraft(merged);
      // Whatever becomes of it, it is now a change to theirs.
      setBase({ version: conflict.newest.version, draft: toDraft(conflict.newest) });
      setConflict(undefined);
      await send(merged, conflict.newest.version);
    },
    discard: () => begin(agent),
    closeConflict: () => setConflict(undefined),
  };
}

interface Kept {
  readonly base: { readonly version: number; readonly draft: AgentDraft };
  readonly draft: AgentDraft;
}

/** Only this hook writes these; one of an older console may lack fields. */
function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || !isRecord(value.base) || !isRecord(value.draft)) return false;
  return (
    isRecord(value.base.draft) && typeof value.base.version === 'number' && Array.isArray(value.draft.tools)
  );
}
