import { styleText } from 'node:util';
import type { Environment } from './command.ts';

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** One of the two streams that a command writes to. Colours and other adornments only where a person looks at it. */
export interface Screen {
  readonly stream: Output;
  readonly isTerminal: boolean;
  /** As it is, but without what would steer the terminal: texts come from models and other people. */
  write(text: string): void;
  line(text?: string): void;
  dim(text: string): string;
  bold(text: string): string;
  /** Rows in columns, the head dimmed. Nothing for no rows. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  json(value: unknown): void;
}

export function createScreen(stream: Output, env: Environment): Screen {
  const isTerminal = stream.isTTY === true;
  const isColoured = isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const style = (format: 'dim' | 'bold', text: string): string =>
    isColoured ? styleText(format, harmless(text), { validateStream: false }) : text;
  const write = (text: string): void => {
    stream.write(text);
  };
  const screen: Screen = {
    stream,
    isTerminal,
    write: (text) => write(isTerminal ? harmless(text) : text),
    line: (text = '') => write(`${isTerminal ? harmless(text) : text}\n`),
    dim: (text) => style('dim', text),
    bold: (text) => style('bold', text),
    table(head, rows) {
      if (rows.length === 0) return;
      const clean = rows.map((row) => row.map((cell) => cell.replaceAll(/\s+/g, ' ')));
      const widths = head.map((title, at) =>
        Math.max(title.length, ...clean.map((row) => row[at]?.length ?? 0)),
      );
      const lay = (row: readonly string[]): string =>
        row
          .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
          .join('  ')
          .trimEnd();
      screen.line(screen.dim(lay(head)));
      for (const row of clean) screen.line(lay(row));
    },
    json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
  };
  return screen;
}

/** Without control characters but line breaks, tabs and our own styles: those could move the cursor or worse. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replaceAll(/\x1b\[(?:1|2|22)m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (found) =>
    found.length > 1 ? found : '',
  );
}
