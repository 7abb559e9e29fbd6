import type { ApiClient } from '../client/api-client.ts';
import type { Environment } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { CommandFailed, Refused } from '../failures.ts';

/** How many models are named. */
const MOST = 5;

/** Whether an import was refused for want of a model that can be called. */
export function isModelNeeded(error: unknown): error is Refused {
  return error instanceof Refused && error.code === 'model_needed';
}

/** What to type instead, with models that there are. */
export async function modelNeeded(
  client: ApiClient,
  env: Environment,
  { field }: Refused,
  args: readonly string[],
): Promise<CommandFailed> {
  const models = (await client.get(`/api/v1/models?limit=${MOST + 1}`)).list('models');
  const [first = 'sandbox', ...others] = models
    .filter((model) => model.isTrue('available'))
    .map((model) => model.text('id'));
  const also = others.length === 0 ? '' : ` Others are ${others.slice(0, MOST).join(', ')}.`;
  return new CommandFailed(
    `${field} names no model that there is here. Say with --model which one to take instead:
  ${commandLine(env, ['import', ...args, '--model', first])}
${commandLine(env, ['model', 'list'])} shows the models that can be called.${also}`,
  );
}
