import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { confirm } from '../../ui/confirm.tsx';
import { isRecord, keptText } from '../../ui/kept-text.ts';
import { type CrewReply, crewQuery } from './crew-query.ts';
import { type CrewDraft, type Key, newCrew, toDraft, wholeDraft } from './draft.ts';
import { toBody } from './to-body.ts';

export type Selection = { readonly kind: 'agent' | 'task'; readonly key: Key } | undefined;

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
  /** The id of the saved crew; undefined when it was not saved. */
  readonly save: () => Promise<string | undefined>;
  readonly discard: () => void;
}

interface Kept {
  readonly draft: Partial<CrewDraft>;
  /** When the crew had been saved last as it was opened; empty for a new one. */
  readonly base: string;
}

/** Only this page writes what it reads here. */
const isKept = (value: unknown): value is Kept =>
  isRecord(value) &&
  typeof value.base === 'string' &&
  isRecord(value.draft) &&
  Array.isArray(value.draft.tasks);

/** A crew that is being edited; what was changed is kept for this tab until it is saved or thrown away. */
export function useCrewEditor(crew: CrewReply | undefined, model: string): CrewEditor {
  const keep = `crew.${crew?.id ?? 'new'}`;
  const saved = () => (crew ? toDraft(crew) : newCrew(model));
  const queryClient = useQueryClient();
  const [kept] = useState(() => keptText.read(keep, isKept));
  const [start, setStart] = useState(saved);
  const [base, setBase] = useState(kept?.base ?? crew?.updated_at ?? '');
  const [draft, setDraft] = useState(() => (kept ? wholeDraft(kept.draft) : start));
  const [selection, setSelection] = useState<Selection>();
  const [error, setError] = useState<ApiError>();
  const [isSaving, setSaving] = useState(false);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(start);

  useEffect(() => {
    if (isChanged) keptText.keep(keep, { draft, base } satisfies Kept);
    else keptText.forget(keep);
  }, [keep, draft, base, isChanged]);

  const change = useCallback((make: (draft: CrewDraft) => CrewDraft) => {
    setDraft(make);
    setError(undefined);
  }, []);

  const show = (reply: CrewReply) => {
    const fresh = toDraft(reply);
    setStart(fresh);
    setDraft(fresh);
    setBase(reply.updated_at);
    setError(undefined);
  };

  useEffect(() => {
    if (!crew || isChanged || crew.updated_at <= base) return;
    // Somebody else has saved, and nothing of ours would be lost.
    const fresh = toDraft(crew);
    setStart(fresh);
    setDraft(fresh);
    setBase(crew.updated_at);
  }, [crew, isChanged, base]);

  const save = async (): Promise<string | undefined> => {
    setSaving(true);
    setError(undefined);
    try {
      const body = toBody(draft, crew && start, crew?.configuration.inputs ?? {});
      if (!crew) {
        const { id } = await ask(api.POST('/crews', { body }));
        keptText.forget(keep);
        void queryClient.invalidateQueries({ queryKey: ['crews'] });
        return id;
      }
      const path = { id: crew.id };
      const newest = await ask(api.GET('/crews/{id}', { params: { path } }));
      if (newest.updated_at !== base && !(await confirm(OVERWRITE))) return undefined;
      await ask(api.PUT('/crews/{id}', { params: { path }, body }));
      const reply = await queryClient.fetchQuery({ ...crewQuery(crew.id), staleTime: 0 });
      void queryClient.invalidateQueries({ queryKey: ['crews'] });
      // Places stay, so what was selected is found again, whether it has got an id or not.
      const place = placeOf(draft, selection);
      show(reply);
      setSelection(atPlace(toDraft(reply), place));
      return crew.id;
    } catch (thrown) {
      const refusal = toApiError(thrown);
      setError(refusal);
      const at = selectionOf(draft, refusal.field);
      if (at) setSelection(at);
      return undefined;
    } finally {
      setSaving(false);
    }
  };

  return {
    ...{ draft, change, isChanged, isSaving, selection, select: setSelection, error, save },
    errorAt: (field) => {
      const at = error?.field;
      return at === field || at?.startsWith(`${field}.`) ? (error?.reason ?? error?.message) : undefined;
    },
    discard() {
      setSelection(undefined);
      if (crew) show(crew);
      else {
        setDraft(start);
        setError(undefined);
      }
    },
  };
}

const OVERWRITE = {
  title: 'Somebody else has saved this crew since you opened it',
  body: 'If you save now, the crew becomes what you see here, and what they changed is gone. Cancel keeps your changes unsaved; “Discard changes” then shows theirs.',
  action: 'Save mine',
  danger: true,
} as const;

function placeOf(draft: CrewDraft, selection: Selection) {
  if (!selection) return undefined;
  const list = selection.kind === 'agent' ? draft.agents : draft.tasks;
  return { kind: selection.kind, index: list.findIndex(({ key }) => key === selection.key) };
}

function atPlace(draft: CrewDraft, place: ReturnType<typeof placeOf>): Selection {
  if (!place) return undefined;
  const key = (place.kind === 'agent' ? draft.agents : draft.tasks)[place.index]?.key;
  return key === undefined ? undefined : { kind: place.kind, key };
}

/** `tasks.0.description` is a field of the first task. */
function selectionOf(draft: CrewDraft, field: string | undefined): Selection {
  const [, kind, index] = /^(agents|tasks)\.(\d+)/.exec(field ?? '') ?? [];
  if (kind === undefined) return undefined;
  return atPlace(draft, { kind: kind === 'agents' ? 'agent' : 'task', index: Number(index) });
}
