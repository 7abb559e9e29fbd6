import type { Cli } from '../command.ts';
import { UsageError } from '../failures.ts';
import { readJsonFile } from '../read-json-file.ts';

/** The inputs of a job: those of a JSON file, then the `name=value` pairs, which go before. */
export async function readInputs(
  cli: Pick<Cli, 'input'>,
  pairs: readonly string[],
  file: string | undefined,
): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> =
    file === undefined ? {} : { ...(await readJsonFile(cli, file)).raw };
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--input must be NAME=VALUE; '${pair}' is not.`);
    Object.defineProperty(inputs, pair.slice(0, at), {
      value: pair.slice(at + 1),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return inputs;
}
