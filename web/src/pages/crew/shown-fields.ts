const AGENT = ['name', 'role', 'goal', 'backstory', 'model', 'tools'];
const TASK = [
  ...['name', 'description', 'expected_output', 'agent', 'agent_id', 'context', 'guardrail', 'output_schema'],
  ...['max_retries', 'timeout_s', 'tools'],
];

/** Whether the form of an agent or task shows what is wrong with `field`, which is named as in `tasks.0.description`. */
export function isShownInForm(field: string | undefined): boolean {
  const [kind, , name = ''] = (field ?? '').split('.');
  return (kind === 'agents' && AGENT.includes(name)) || (kind === 'tasks' && TASK.includes(name));
}
