import { invalid } from '../../../lib/errors.ts';
import type { PlatformApiDeps } from '../deps.ts';

/** A key that names what is not there would call nothing, and nobody would know why. */
export async function checkAgentIds(
  { agents, crews }: Pick<PlatformApiDeps, 'agents' | 'crews'>,
  accountId: string,
  ids: readonly string[] | null | undefined,
): Promise<void> {
  if (!ids || ids.length === 0) return;
  const [single, teams] = await Promise.all([agents.listCallable(accountId), crews.listCallable(accountId)]);
  const known = new Set([...single, ...teams].map(({ id }) => id));
  const wrong = ids.findIndex((id) => !known.has(id));
  if (wrong !== -1) throw invalid(`agent_ids.${wrong}`, `there is no agent or crew '${ids[wrong]}'`);
}
