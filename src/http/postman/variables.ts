/** What a path's parameter is called among the collection's variables: the `{id}` of `/agents/{id}` is `agentId`. */
export function variableOf(path: string, parameter: string): string {
  const [, before = ''] = new RegExp(`/([^/]+)/\\{${parameter}\\}`).exec(path) ?? [];
  if (parameter !== 'id') return camel(parameter);
  return isAgentsApi(path) ? (OF_AGENTS_API[before] ?? idOf(before)) : idOf(before);
}

/** The variable that the id of what a POST has made goes to: of `/agents` it is `agentId`. */
export function madeVariable(path: string): string | undefined {
  const [, last = ''] = /\/([^/{}]+)$/.exec(path) ?? [];
  if (!last.endsWith('s')) return undefined;
  return (isAgentsApi(path) ? OF_AGENTS_API[last] : undefined) ?? idOf(last);
}

/** What a parameter is when no earlier reply gives it. */
export const PRESET: Readonly<Record<string, string>> = {
  model: 'openai%2Fgpt-4o-mini',
  name: 'calculator',
  version: '1',
  session_id: 'sess_of_another_browser',
};

/** Where the two APIs use a word for different things. */
const OF_AGENTS_API: Readonly<Record<string, string>> = {
  models: 'agentId',
  conversations: 'storedConversationId',
};

function isAgentsApi(path: string): boolean {
  return path.startsWith('/api/agents/');
}

function idOf(plural: string): string {
  const singular = plural
    .replace(/ies$/, 'y')
    .replace(/(?<=ch)es$/, '')
    .replace(/s$/, '');
  return camel(`${singular}-id`);
}

export function camel(text: string): string {
  return text.replaceAll(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}
