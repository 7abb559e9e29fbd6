import type { ComponentProps } from 'react';
import { TextField } from './field.tsx';

interface NumberFieldProps extends Omit<ComponentProps<typeof TextField>, 'type' | 'step' | 'min'> {
  /** Whole numbers from 1 on; else any amount from 0 on. */
  readonly whole?: boolean;
}

/** For a bound that may be left open: an empty field is none, see numberOrNull. */
export function NumberField({ whole = false, ...rest }: NumberFieldProps) {
  return <TextField {...rest} type="number" step={whole ? '1' : 'any'} min={whole ? '1' : '0'} />;
}

/** What the field says as the API takes it; null: no bound. */
export function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
