import type { AgentConfig } from './types.ts';

/** The system prompt: the agent's instructions, or one made of its role, goal and backstory; empty when it has none. */
export function renderInstructions(
  config: Pick<AgentConfig, 'instructions' | 'role' | 'goal' | 'backstory'>,
): string {
  if (config.instructions.trim() !== '') return config.instructions;
  const [role, goal, backstory] = [config.role, config.goal, config.backstory].map((text) => text.trim());
  return [
    role && `Your role: ${role}${/[.!?]$/.test(role) ? '' : '.'}`,
    backstory,
    goal && `What you work towards: ${goal}`,
  ]
    .filter((part) => part)
    .join('\n\n');
}
