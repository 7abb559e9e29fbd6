/**
 * What each group of operations is for, in an order in which they can be tried: what comes later needs what was made
 * before. A test fails for a tag that is not here.
 */
export const TAGS: Readonly<Record<string, string>> = {
  Health: 'Whether the server is up.',
  About: 'The API described by itself.',
  Auth: 'Signing in and out, and who is signed in.',
  Agents: 'Agents: instructions, model, tools and knowledge under one id. Every save is a new version.',
  Documents: 'What agents answer from.',
  'Agent keys': 'Keys for the Agents API.',
  'Callable models': 'The agents and crews that a credential may call, as OpenAI models.',
  Chat: "OpenAI's Chat Completions, answered by agents and crews.",
  Responses: 'The Open Responses specification, answered by agents and crews.',
  'Stored conversations': "OpenAI's conversations and their items.",
  Conversations: "The account's conversations with its agents, as they are kept.",
  Tools: 'What agents may use: built in, custom HTTP, and MCP.',
  Crews: 'Teams of agents and their tasks.',
  Tasks: 'What the agents of a crew are to do.',
  Executions: 'Runs of crews: durable jobs with progress, traces and results.',
  Memory: 'What a crew remembers of earlier jobs.',
  Models: 'The catalogue of models, and the prices that the account pays.',
  Providers: 'Where models come from.',
  Billing: 'Credit.',
  Usage: 'What was used and what it cost, a line a run.',
  Analytics: 'Totals and rates over runs and executions.',
  Webhooks: 'Where events are sent to.',
  Schedules: 'Crews that start by the clock.',
  Users: 'The people of an account.',
  Accounts: 'Accounts of the server; for its operator.',
  Audit: 'Who did what to the security of the account.',
  Sandbox: 'A twin of the account for trying things out, where nothing is billed.',
};

/** Both APIs have models and conversations, and mean different things by them. */
const OF_AGENTS_API: Readonly<Record<string, string>> = {
  Models: 'Callable models',
  Conversations: 'Stored conversations',
};

export function tagOf(url: string, tag: string): string {
  return (url.startsWith('/api/agents/') ? OF_AGENTS_API[tag] : undefined) ?? tag;
}
