import { readFileSync } from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import { isJsonObject, parseJson } from '../lib/json.ts';
import { Fields } from './client/fields.ts';
import type { Cli } from './command.ts';
import { CommandFailed } from './failures.ts';

/** A file with a JSON object; `-` is standard input. Throws CommandFailed that names it. */
export async function readJsonFile({ input }: Pick<Cli, 'input'>, path: string): Promise<Fields> {
  const name = path === '-' ? 'Standard input' : path;
  try {
    const content = path === '-' ? await readText(input) : readFileSync(path, 'utf8');
    const value = parseJson(content.replace(/^\ufeff/, ''));
    if (isJsonObject(value)) return new Fields(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`${name} cannot be read as JSON: ${reason}`);
  }
  throw new CommandFailed(`${name} must hold a JSON object.`);
}
