import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { isRecord, keptText } from './kept-text.ts';

interface FormOptions<Values extends object, Result> {
  readonly initial: Values;
  /** Keeps what was typed under this name until it is sent. Leave out for forms with secrets. */
  readonly keep?: string;
  readonly send: (values: Values) => Promise<Result>;
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
    onChange: (event: { target: { value: string } }) => void;
  };
  readonly sending: boolean;
  /** What was wrong, when it is no field of this form. */
  readonly error: ApiError | undefined;
  /** Whether anything differs from where it began. */
  readonly changed: boolean;
  readonly submit: (event?: FormEvent) => void;
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
  const [values, setValues] = useState<Values>(() => restore(initial, keep));
  const [start, setStart] = useState(initial);
  const [error, setError] = useState<ApiError>();
  const [sending, setSending] = useState(false);
  const latest = useRef(options);
  latest.current = options;

  const changed = JSON.stringify(values) !== JSON.stringify(start);
  useEffect(() => {
    if (keep === undefined) return;
    if (changed) keptText.keep(keep, values);
    else keptText.forget(keep);
  }, [keep, values, changed]);

  const reset = useCallback((next?: Values) => {
    const to = next ?? latest.current.initial;
    setStart(to);
    setValues(to);
    setError(undefined);
  }, []);

  const set: Form<Values>['set'] = (name, value) => {
    setValues((before) => ({ ...before, [name]: value }));
    // What was wrong with this field is being mended.
    if (error?.field === name) setError(undefined);
  };

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (sending) return;
    setSending(true);
    setError(undefined);
    try {
      const result = await latest.current.send(values);
      if (keep !== undefined) keptText.forget(keep);
      setStart(values);
      latest.current.onSent(result);
    } catch (thrown) {
      setError(toApiError(thrown));
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
      // TextNames gives only the fields that hold a text.
      onChange: ({ target }) => set(name, target.value as Values[typeof name]),
    }),
    sending,
    error: isOwn ? undefined : error,
    changed,
    submit: (event) => void submit(event),
    reset,
  };
}

function restore<Values extends object>(initial: Values, key: string | undefined): Values {
  const kept = key === undefined ? undefined : keptText.read(key, isRecord);
  if (!kept) return initial;
  // A field that was added since, or changed its type, begins as it does now.
  const entries = Object.entries(initial).map(([name, value]) => [
    name,
    typeof kept[name] === typeof value ? kept[name] : value,
  ]);
  return Object.fromEntries(entries) as Values;
}
