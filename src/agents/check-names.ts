import { invalid } from '../lib/errors.ts';
import { nearNames } from '../lib/near-names.ts';
import type { AgentCatalogue, AgentConfig } from './types.ts';

/**
 * Throws a 400 that names the field and what comes nearest, unless the model, tools and crew exist. What `before` named
 * already is not asked again: an agent whose tool was removed elsewhere can still be edited.
 */
export async function checkNames(
  catalogue: AgentCatalogue,
  accountId: string,
  config: AgentConfig,
  before?: AgentConfig,
): Promise<void> {
  const { model, tools, crewId } = config;
  if (model !== before?.model && !(await (catalogue.modelKnown ?? catalogue.modelExists)(accountId, model))) {
    throw unknown(
      'model',
      `there is no model '${model}'`,
      model,
      (await catalogue.modelNames?.(accountId)) ?? [],
    );
  }
  for (const [index, tool] of tools.entries()) {
    if (before?.tools.includes(tool) || (await catalogue.toolExists(accountId, tool))) continue;
    throw unknown(`tools.${index}`, `there is no tool '${tool}'`, tool, await catalogue.toolNames(accountId));
  }
  if (
    crewId !== undefined &&
    crewId !== before?.crewId &&
    !(await catalogue.crewExists?.(accountId, crewId))
  ) {
    throw invalid('crew_id', `there is no crew '${crewId}'`);
  }
}

function unknown(field: string, problem: string, name: string, known: readonly string[]) {
  const near = nearNames(name, known);
  return invalid(field, near.length === 0 ? problem : `${problem}; near: ${near.join(', ')}`);
}
