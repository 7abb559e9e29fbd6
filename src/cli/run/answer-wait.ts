import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import type { Cli } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { ask } from '../prompt.ts';

/** Asks whoever sits at the terminal what the job waits for, at `taskId` if that is given, and tells the server. */
export async function answerWait(cli: Cli, client: ApiClient, jobId: string, taskId?: string): Promise<void> {
  for (;;) {
    const waits = (await client.get(`/api/v1/executions/${jobId}/waits`)).list('waits');
    const wait = waits.find((each) => taskId === undefined || each.text('task_id') === taskId);
    // Somebody else was faster.
    if (!wait) return;
    cli.err.line();
    cli.err.line(wait.text('prompt'));
    const answer = await readAnswer(cli, wait);
    try {
      const body = { task_id: wait.text('task_id'), ...answer };
      await client.post(`/api/v1/executions/${jobId}/resume`, body);
      return;
    } catch (error) {
      // Such as an amount that is too low: it is said, and asked again.
      if (!(error instanceof CommandFailed)) throw error;
      cli.err.line(error.message);
    }
  }
}

async function readAnswer(cli: Cli, wait: Fields): Promise<Readonly<Record<string, unknown>>> {
  switch (wait.text('reason')) {
    case 'max_cost': {
      const amount = await ask(cli, 'New max_cost_usd (empty: end the job here): ');
      const usd = Number(amount.replace('$', ''));
      return amount === '' || !Number.isFinite(usd)
        ? { approve: false }
        : { approve: true, max_cost_usd: usd };
    }
    case 'unknown_outcome':
      return { approve: isYes(await ask(cli, 'Try it again? [y/n] ')) };
    default: {
      const answer = await ask(cli, 'Approve? [y, or what has to change; n: refuse] ');
      if (isYes(answer)) return { approve: true };
      return isNo(answer) ? { approve: false } : { approve: false, feedback: answer };
    }
  }
}

function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer);
}

function isNo(answer: string): boolean {
  return answer === '' || /^n(o)?$/i.test(answer);
}
