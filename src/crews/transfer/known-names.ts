import { isJsonObject } from '../../lib/json.ts';
import { crewErrors } from '../errors.ts';
import { textOf } from './read-fields.ts';
import type { ImportOptions } from './types.ts';

/** What CrewAI's own tools are called here. */
const TOOLS: Readonly<Record<string, string>> = {
  serperdevtool: 'web_search',
  bravesearchtool: 'web_search',
  tavilysearchtool: 'web_search',
  exasearchtool: 'web_search',
  websitesearchtool: 'web_search',
  searchtool: 'web_search',
  filereadtool: 'file_reader',
  filereader: 'file_reader',
  calculatortool: 'calculator',
  ragtool: 'knowledge_search',
};

/** The model if it can be called here, else the one that was given to be taken instead. */
export async function modelOf(
  llm: unknown,
  place: string,
  { model, modelExists, modelIsCallable }: ImportOptions,
  notes: string[],
): Promise<string> {
  const wanted = typeof llm === 'string' ? llm.trim() : isJsonObject(llm) ? textOf(llm.model) : undefined;
  // Without another one to take, a model whose provider is yet to be set up is as good as any.
  const isGood = model === undefined ? modelExists : modelIsCallable;
  if (wanted !== undefined && wanted !== '' && (await isGood(wanted))) return wanted;
  if (model === undefined) {
    const problem = wanted ? `there is no model '${wanted}' here` : 'names no model';
    const reason = `${problem}; say in 'model' which one to take instead, such as 'sandbox'`;
    throw crewErrors.model_needed('Invalid crew configuration', { field: place, reason });
  }
  if (wanted) notes.push(`${place}: '${wanted}' can not be called here; '${model}' was taken instead`);
  return model;
}

/** The tools that there are here, by whatever name. */
export async function toolsOf(
  tools: unknown,
  place: string,
  { toolExists }: ImportOptions,
  notes: string[],
): Promise<string[]> {
  if (tools === undefined || tools === null) return [];
  const listed: readonly unknown[] = Array.isArray(tools) ? tools : [tools];
  const found = new Set<string>();
  for (const tool of listed) {
    const name = textOf(isJsonObject(tool) ? tool.name : tool) ?? '';
    const known = (await toolExists(name)) ? name : TOOLS[name.toLowerCase().replaceAll('_', '')];
    if (known === undefined) {
      notes.push(`${place}: '${name}' was not carried over; there is no such tool here`);
      continue;
    }
    found.add(known);
    if (known !== name) notes.push(`${place}: '${known}' was taken instead of '${name}'`);
  }
  return [...found];
}
