import type { Passage, ToolOutcome } from './types.ts';

export function success(output: string, passages?: readonly Passage[]): ToolOutcome {
  return passages === undefined ? { output, isError: false } : { output, isError: false, passages };
}

/** A failure as the model sees it: say what went wrong and what to do instead. */
export function failure(output: string): ToolOutcome {
  return { output, isError: true };
}

const MAX_OUTPUT_LENGTH = 60_000;

/**
 * The outcome with text that any store and any provider takes: at most 60,000 UTF-16 units, no NUL, no half character.
 * What was cut off is said.
 */
export function bounded(outcome: ToolOutcome): ToolOutcome {
  const whole = outcome.output;
  if (whole.length <= MAX_OUTPUT_LENGTH) return { ...outcome, output: storable(whole) };
  const cut = `${storable(whole.slice(0, MAX_OUTPUT_LENGTH - 200))}\n[Cut here: the tool answered with ${whole.length} characters.]`;
  return { ...outcome, output: cut };
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}
