import { dollars, usdNumber } from '../../billing/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import { askPerson } from './ask-person.ts';
import type { JobScope } from './deps.ts';
import type { WorkOrder } from './do-work.ts';
import { costReached } from './job-meter.ts';
import { trace } from './traces.ts';

/** What a wait of this kind says of itself, beside its prompt. */
export const MAX_COST_WAIT = 'max_cost';

/**
 * What is done at the bound of a job's cost. While other calls are under way, they are waited for: they mostly cost less
 * than is held for them. Then, where the crew wants that, a person is asked to raise the bound. Resolves to whether it is
 * worth another look; throws max_cost_reached when the person refuses.
 */
export async function askForMore(
  scope: JobScope,
  order: WorkOrder,
  { place, isBusy }: { readonly place: string; readonly isBusy: boolean },
): Promise<boolean> {
  const { job, store, meter } = scope;
  const { agent, taskId, clock } = order;
  if (isBusy) {
    if (meter.isHolding) await meter.untilChanged(job.signal);
    return true;
  }
  const steps = order.steps.within(`${order.prefix}${place}/max_cost`);
  const before = meter.maxNanoUsd ?? 0n;
  const known = await steps.step('known', async () => {
    const { maxCostNanoUsd = before } = await store.readState(job.accountId, job.id);
    return {
      value: { isRaised: maxCostNanoUsd > before, max: maxCostNanoUsd, spent: meter.spentNanoUsd },
    };
  });
  if (known.isRaised) {
    meter.raise(known.max);
    return true;
  }
  // What is not needed for the result is left out rather than asked for.
  if (scope.plan.onMaxCost !== 'wait' || order.isOptional) return false;
  const [max, spent] = [known.max, known.spent].map(usdNumber);
  const prompt = `The job has cost ${dollars(known.spent)} of the ${dollars(known.max)} that it may cost, which does not pay for what comes next. Approve with a higher max_cost_usd, or refuse to end the job here.`;
  const detail = { reason: MAX_COST_WAIT, max_cost_usd: max ?? 0, cost_usd: spent ?? 0 };
  const answer = await askPerson({
    ...{ scope, steps, clock, taskId, agent: agent.name, prompt, detail, before: [] },
    name: 'raise',
    asked: trace(agent.name, 'max_cost_reached', prompt, { task_id: taskId }),
    describe: (given) => (given.approve === true ? `max_cost_usd is now ${given.max_cost_usd}` : 'refused'),
  });
  if (answer.approve !== true) throw costReached();
  meter.raise(boundOf(answer));
  return true;
}

function boundOf({ max_cost_nano_usd: text }: JsonObject): bigint {
  return typeof text === 'string' ? BigInt(text) : 0n;
}
