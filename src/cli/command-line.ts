import type { Environment } from './command.ts';

/** `npx muster run 'Trip planner' --input city=…`: a line to be typed as it stands, by whoever typed the last one. */
export function commandLine({ npm_lifecycle_event: by }: Environment, args: readonly string[]): string {
  return [by === 'npx' ? 'npx muster' : 'muster', ...args.map(quoted)].join(' ');
}

/** Flags as they were typed, to be typed again. */
export function flagsOf(
  values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === true) return [`--${name}`];
    const given = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
    return given.flatMap((one: string) => [`--${name}`, one]);
  });
}

/** A word of a line to be typed. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./…-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
