import { mergeDrafts } from '../../ui/merge-drafts.ts';

/** An agent as the API shows it, as far as it is edited here. */
export interface AgentConfig {
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  readonly role: string;
  readonly goal: string;
  readonly backstory: string;
  readonly model: string;
  readonly parameters: {
    readonly temperature?: number;
    readonly top_p?: number;
    readonly max_output_tokens?: number;
    readonly reasoning_effort?: string;
    readonly stop?: readonly string[];
  };
  readonly tools: readonly string[];
  readonly knowledge: { readonly mode: string; readonly limit: number };
  readonly max_steps: number;
  readonly max_cost_usd: number | null;
  readonly daily_limit_usd: number | null;
  readonly monthly_limit_usd: number | null;
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/** As the API takes it; null: the model's own. */
export function effortOf(name: string | undefined): (typeof EFFORTS)[number] | null {
  return EFFORTS.find((effort) => effort === name) ?? null;
}

/** What the editor holds: each field as it is typed. */
export interface AgentDraft {
  name: string;
  description: string;
  instructions: string;
  role: string;
  goal: string;
  backstory: string;
  model: string;
  temperature: string;
  top_p: string;
  max_output_tokens: string;
  reasoning_effort: string;
  /** One a line. */
  stop: string;
  tools: string[];
  knowledge_mode: string;
  knowledge_limit: string;
  max_steps: string;
  max_cost_usd: string;
  daily_limit_usd: string;
  monthly_limit_usd: string;
}

/** What people call the fields, for what is said about several of them. */
export const FIELD_NAMES: Readonly<Record<keyof AgentDraft, string>> = {
  name: 'Name',
  description: 'Description',
  instructions: 'Instructions',
  role: 'Role',
  goal: 'Goal',
  backstory: 'Backstory',
  model: 'Model',
  temperature: 'Temperature',
  top_p: 'Top P',
  max_output_tokens: 'Longest answer',
  reasoning_effort: 'Reasoning effort',
  stop: 'Stop at',
  tools: 'Tools',
  knowledge_mode: 'When documents are searched',
  knowledge_limit: 'Passages at a time',
  max_steps: 'Steps in one turn',
  max_cost_usd: 'Cost of one turn',
  daily_limit_usd: 'Cost of a day',
  monthly_limit_usd: 'Cost of a month',
};

export function toDraft(agent: AgentConfig): AgentDraft {
  const { name, description, instructions, role, goal, backstory, model, parameters, knowledge } = agent;
  return {
    ...{ name, description, instructions, role, goal, backstory, model },
    temperature: text(parameters.temperature),
    top_p: text(parameters.top_p),
    max_output_tokens: text(parameters.max_output_tokens),
    reasoning_effort: parameters.reasoning_effort ?? '',
    stop: (parameters.stop ?? []).join('\n'),
    tools: [...agent.tools],
    knowledge_mode: knowledge.mode,
    knowledge_limit: String(knowledge.limit),
    max_steps: String(agent.max_steps),
    max_cost_usd: text(agent.max_cost_usd),
    daily_limit_usd: text(agent.daily_limit_usd),
    monthly_limit_usd: text(agent.monthly_limit_usd),
  };
}

/** The draft as a change of the agent; a field that was emptied goes back to its default. */
export function toBody(draft: AgentDraft) {
  const { name, description, instructions, role, goal, backstory, model, tools } = draft;
  const stops = draft.stop.split('\n').filter((line) => line !== '');
  return {
    ...{ name, description, instructions, role, goal, backstory, model, tools },
    parameters: {
      temperature: number(draft.temperature),
      top_p: number(draft.top_p),
      max_output_tokens: number(draft.max_output_tokens),
      reasoning_effort: effortOf(draft.reasoning_effort),
      stop: stops.length === 0 ? null : stops,
    },
    knowledge: {
      mode: draft.knowledge_mode === 'always' ? ('always' as const) : ('tool' as const),
      limit: number(draft.knowledge_limit) ?? 5,
    },
    max_steps: number(draft.max_steps),
    max_cost_usd: number(draft.max_cost_usd),
    daily_limit_usd: number(draft.daily_limit_usd),
    monthly_limit_usd: number(draft.monthly_limit_usd),
  };
}

/** Whether `newest` is what came of sending `sent`: then a save of which no reply came has been done. */
export function isSaved(sent: AgentDraft, newest: AgentDraft): boolean {
  // The server takes the blanks off.
  const textOf = (draft: AgentDraft) =>
    JSON.stringify(toBody(draft), (_, value: unknown) => (typeof value === 'string' ? value.trim() : value));
  return textOf(sent) === textOf(newest);
}

/** What has been typed since `sent` was sent, on top of what was `saved` of it. */
export function rebaseDraft(sent: AgentDraft, typed: AgentDraft, saved: AgentDraft): AgentDraft {
  return mergeDrafts(sent, typed, saved).merged;
}

/** The field of the draft that the API means by its own name for it. */
export function fieldOf(apiField: string | undefined): keyof AgentDraft | undefined {
  if (apiField === undefined) return undefined;
  const flat = apiField.replace(/^(draft\.)?(parameters\.)?/, '').replace(/^knowledge\./, 'knowledge_');
  const [name = ''] = flat.split('.');
  return Object.keys(FIELD_NAMES).find((field): field is keyof AgentDraft => field === name);
}

function text(value: number | null | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}

function number(typed: string): number | null {
  return typed.trim() === '' ? null : Number(typed);
}
