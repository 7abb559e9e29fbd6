import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

export const inputClass =
  'w-full rounded-md border border-line-strong/60 bg-panel px-2.5 py-1.5 text-text transition-colors hover:border-line-strong disabled:opacity-60 aria-invalid:border-danger';

interface FieldProps {
  readonly label: string;
  /** Beside the label, in few words. */
  readonly aside?: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string;
}

interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** A label, what it labels, and below it what is wrong or worth knowing. */
export function Field({
  label,
  aside,
  hint,
  error,
  className,
  children,
}: FieldProps & { readonly children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const hasNote = error !== undefined || hint !== undefined;
  return (
    <div className={cx('min-w-0', className)}>
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="min-w-0 font-medium">
          {label}
        </label>
        {aside !== undefined && <span className="shrink-0 text-sm text-muted">{aside}</span>}
      </div>
      {children({
        id,
        'aria-describedby': hasNote ? `${id}-note` : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hasNote && (
        <p
          id={`${id}-note`}
          className={cx('mt-1 text-sm', error === undefined ? 'text-muted' : 'text-danger')}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

type Without<Props> = Omit<Props, 'id' | 'className'> & FieldProps;

function split<Props extends FieldProps>({ label, aside, hint, error, className, ...rest }: Props) {
  return {
    field: { label, aside, hint, error, ...(className !== undefined && { className }) },
    rest,
  };
}

export function TextField(props: Without<ComponentProps<'input'>>) {
  const { field, rest } = split(props);
  return <Field {...field}>{(control) => <input {...rest} {...control} className={inputClass} />}</Field>;
}

export function TextArea(props: Without<ComponentProps<'textarea'>>) {
  const { field, rest } = split(props);
  return (
    <Field {...field}>
      {(control) => <textarea rows={4} {...rest} {...control} className={cx(inputClass, 'block resize-y')} />}
    </Field>
  );
}

/** `children` are options. */
export function SelectField(props: Without<ComponentProps<'select'>>) {
  const { field, rest } = split(props);
  return (
    <Field {...field}>
      {(control) => <select {...rest} {...control} className={cx(inputClass, 'h-8.5')} />}
    </Field>
  );
}

export function Checkbox({
  label,
  hint,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'id'> & { readonly label: ReactNode; readonly hint?: ReactNode }) {
  const id = useId();
  return (
    <div className="flex gap-2.5">
      <input
        {...rest}
        id={id}
        type="checkbox"
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-note`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
