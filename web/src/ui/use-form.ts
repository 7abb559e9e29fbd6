import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { isCarriedOutBefore } from '../api/saved-before.ts';
import { isRecord, keptText } from './kept-text.ts';

interface FormOptions<Values extends object, Result> {
  readonly initial: Values;
  /** Keeps what was typed under this name until it is sent. */
  readonly keep?: string;
  /** Fields that are never kept. */
  readonly secrets?: readonly (keyof Values)[];
  /** `start`: as the fields were before anything was typed. */
  readonly send: (values: Values, start: Values) => Promise<Result>;
  readonly onSent: (result: Result) => void;
}

interface Form<Values extends object> {
  readonly values: Values;
  set<Name extends keyof Values>(name: Name, value: Values[Name]): void;
  /** For inputs: `{...form.input('name')}` gives value, onChange and error. */
  input(name: TextNames<Values>): {
    value: string;
    name: string;
    error: string | undefined;
    /** What is on its way is not changed: it would be lost when the form closes. */
    readOnly: boolean;
    onChange: (event: { target: { value: string } }) => void;
  };
  readonly sending: boolean;
  /** What was wrong, when it is no field of this form. */
  readonly error: ApiError | undefined;
  /** Whether anything differs from where it began. */
  readonly changed: boolean;
  /** What was typed here before, and not sent, is back. */
  readonly restored: boolean;
  readonly submit: (event?: FormEvent) => void;
  /** Sends `values`, as a change to what somebody else has made of the fields meanwhile. */
  readonly sendOver: (theirs: Values, values: Values) => void;
  readonly reset: (values?: Values) => void;
}

type TextNames<Values> = {
  [Name in keyof Values]: Values[Name] extends string ? Name : never;
}[keyof Values] &
  string;

/**
 * A form whose fields show what the server says of them, and which loses nothing that was typed: whatever fails, the
 * values stay.
 */
export function useForm<Values extends object, Result>(options: FormOptions<Values, Result>): Form<Values> {
  const { initial, keep } = options;
  const queries = useQueryClient();
  const latest = useRef(options);
  latest.current = options;
  const [kept] = useState(() => restore(initial, keep));
  const [values, setValues] = useState<Values>(kept ?? initial);
  const [restored, setRestored] = useState(kept !== undefined);
  const [start, setStart] = useState(initial);
  const [error, setError] = useState<ApiError>();
  const [sending, setSending] = useState(false);
  const changed = JSON.stringify(values) !== JSON.stringify(start);
  useEffect(() => {
    if (keep === undefined) return;
    const typed = typedOf(start, values, latest.current.secrets);
    if (typed) keptText.keep(keep, typed);
    else keptText.forget(keep);
  }, [keep, values, start]);

  const reset = useCallback((next?: Values) => {
    const to = next ?? latest.current.initial;
    setStart(to);
    setValues(to);
    setRestored(false);
    setError(undefined);
  }, []);

  const set: Form<Values>['set'] = (name, value) => {
    if (sending) return;
    setValues((before) => ({ ...before, [name]: value }));
    // What was wrong with this field is being mended.
    if (error?.field === name) setError(undefined);
  };

  const send = async (values: Values, start: Values) => {
    if (sending) return;
    setSending(true);
    setError(undefined);
    try {
      const result = await latest.current.send(values, start);
      // The page may have been left while it was sent, and something else typed in it since.
      if (keep !== undefined) keptText.forgetOnly(keep, typedOf(start, values, latest.current.secrets));
      setStart(values);
      setRestored(false);
      latest.current.onSent(result);
    } catch (thrown) {
      const refusal = toApiError(thrown);
      // What an earlier try has made is in a list below by now.
      if (isCarriedOutBefore(refusal)) void queries.invalidateQueries();
      setError(refusal);
    } finally {
      setSending(false);
    }
  };

  const isOwn = error?.field !== undefined && error.field in values;
  return {
    values,
    set,
    input: (name) => ({
      name,
      value: String(values[name]),
      error: isOwn && error?.field === name ? (error.reason ?? error.message) : undefined,
      readOnly: sending,
      // TextNames gives only the fields that hold a text.
      onChange: ({ target }) => set(name, target.value as Values[typeof name]),
    }),
    sending,
    error: isOwn ? undefined : error,
    changed,
    restored: restored && changed,
    submit: (event) => {
      event?.preventDefault();
      void send(values, start);
    },
    sendOver: (theirs, merged) => {
      setStart(theirs);
      setValues(merged);
      void send(merged, theirs);
    },
    reset,
  };
}

/** What is as it was is not kept: it may be changed by somebody else before the form is opened again. */
function typedOf<Values extends object>(
  start: Values,
  values: Values,
  secrets: readonly (keyof Values)[] = [],
): Record<string, unknown> | undefined {
  const typed = differences(start, values).filter(([name]) => !secrets.some((secret) => secret === name));
  return typed.length > 0 ? Object.fromEntries(typed) : undefined;
}

function differences(start: object, values: object): [string, unknown][] {
  return Object.entries(values).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(start, name)),
  );
}

function restore<Values extends object>(initial: Values, key: string | undefined): Values | undefined {
  const kept = key === undefined ? undefined : keptText.read(key, isRecord);
  if (!kept) return undefined;
  // A field that was added since, or changed its type, begins as it does now.
  const entries = Object.entries(initial).map(([name, value]) => [
    name,
    typeof kept[name] === typeof value ? kept[name] : value,
  ]);
  return Object.fromEntries(entries) as Values;
}
