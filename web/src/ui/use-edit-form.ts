import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/api-error.ts';
import { isSavedSince } from '../api/if-match.ts';
import { isRecord, keptText } from './kept-text.ts';
import type { MergeDialog } from './merge-dialog.tsx';
import { mergeDrafts } from './merge-drafts.ts';
import { useForm } from './use-form.ts';

interface EditFormOptions<Values extends object, Saved, Made> {
  /** What is edited, as it was read; undefined: it is made anew. */
  readonly saved: Saved | undefined;
  readonly toValues: (saved: Saved | undefined) => Values;
  readonly keep: string;
  readonly secrets?: readonly (keyof Values)[];
  /** As people know the fields. */
  readonly names: Readonly<Record<keyof Values, string>>;
  /** A field in words, where its value says nothing to people. */
  readonly textOf?: (field: keyof Values, value: Values[keyof Values]) => string | undefined;
  readonly make: (values: Values) => Promise<Made>;
  /** Saves what differs from `start` over `on`, and over no other state of it. */
  readonly change: (on: Saved, values: Values, start: Values) => Promise<Saved>;
  readonly read: (on: Saved) => Promise<Saved>;
  readonly onSent: (result: Saved | Made) => void;
}

type MergeProps = Omit<ComponentProps<typeof MergeDialog>, 'title'>;

/**
 * A form for something that others may save meanwhile. Then `merge` shows what they did, and has both saved; nothing of
 * either is lost.
 */
export function useEditForm<Values extends object, Saved extends object, Made>(
  options: EditFormOptions<Values, Saved, Made>,
): {
  readonly form: ReturnType<typeof useForm<Values, Saved | Made>>;
  readonly merge: MergeProps | undefined;
} {
  const { saved, toValues, names, make, change, read, onSent } = options;
  const keepOn = `${options.keep}.on`;
  // What the values began with; the list behind the dialog may have been read again since, also before a draft came back.
  const [began] = useState(() => saved && (readBegan(options.keep, keepOn, saved) ?? saved));
  const on = useRef(began);
  const [newest, setNewest] = useState<Saved>();
  const [base, setBase] = useState(() => toValues(began));

  const typed = useForm<Values, Saved | Made>({
    initial: base,
    keep: options.keep,
    ...(options.secrets && { secrets: options.secrets }),
    send: async (values, start) => {
      if (!on.current) return make(values);
      try {
        return await change(on.current, values, start);
      } catch (thrown) {
        if (!isSavedSince(thrown)) throw thrown;
        const theirs = await read(on.current);
        // Not somebody else's, but ours: it was saved by a try of which the reply has not come.
        if (JSON.stringify(toValues(theirs)) === JSON.stringify(values)) return theirs;
        setNewest(theirs);
        throw new ApiError(409, {
          message:
            'Somebody else has saved this meanwhile. Yours is not saved yet: save it again to join both.',
        });
      }
    },
    onSent,
  });

  const form: typeof typed = {
    ...typed,
    reset(values = toValues(saved)) {
      on.current = saved;
      setBase(toValues(saved));
      typed.reset(values);
    },
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `base` changes with what `on` holds.
  useEffect(() => {
    if (form.changed && on.current) keptText.keep(keepOn, on.current);
    else keptText.forget(keepOn);
  }, [keepOn, form.changed, base]);

  if (!newest) return { form, merge: undefined };
  const theirValues = toValues(newest);
  const { merged, theirs, conflicts } = mergeDrafts(base, form.values, theirValues);
  const textOf = (field: keyof Values, { [field]: value }: Values) =>
    options.textOf?.(field, value) ?? plainText(value);
  const changeOf = (field: keyof Values, from: Values, to: Values) => ({
    id: String(field),
    name: names[field],
    before: textOf(field, from),
    after: textOf(field, to),
  });
  return {
    form,
    merge: {
      description: 'Nothing of either is lost: your changes go on top of theirs.',
      theirs: theirs.map((field) => changeOf(field, base, theirValues)),
      conflicts: conflicts.map((field) => changeOf(field, theirValues, form.values)),
      onSave: (taken) => {
        const chosen = conflicts.filter((field) => taken.has(String(field)));
        const kept = Object.fromEntries(chosen.map((field) => [field, theirValues[field]]));
        on.current = newest;
        setBase(theirValues);
        setNewest(undefined);
        form.sendOver(theirValues, { ...merged, ...kept });
      },
      onClose: () => setNewest(undefined),
    },
  };
}

/** What a draft that is kept was typed over. */
function readBegan<Saved extends object>(keep: string, keepOn: string, saved: Saved): Saved | undefined {
  // What an older console kept may lack a field, or have it otherwise.
  const isSaved = (value: unknown): value is Saved =>
    isRecord(value) &&
    Object.entries(saved).every(
      ([name, each]) => typeof (value[name] ?? each) === typeof (each ?? value[name]),
    );
  return keptText.read(keep, isRecord) && keptText.read(keepOn, isSaved);
}

/** A field's value as lines, for comparing. */
function plainText(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${each}`)
    .join('\n');
}
