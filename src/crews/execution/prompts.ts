import type { PinnedAgent, PinnedJob, PinnedTask } from './types.ts';

/** What an agent is told to do: the task, what it is to give, what it has to go by. */
export function taskPrompt(
  task: PinnedTask,
  context: readonly { readonly title: string; readonly text: string }[],
  memories: readonly string[],
): string {
  const sections = [task.description];
  if (task.expectedOutput.trim() !== '') sections.push(`What is expected of you:\n${task.expectedOutput}`);
  if (context.length > 0) {
    const parts = context.map(({ title, text }) => (title === '' ? text : `${title}:\n${text}`));
    sections.push(`What you have to go by:\n\n${parts.join('\n\n')}`);
  }
  if (memories.length > 0) {
    sections.push(`What is remembered from earlier work:\n${memories.map((text) => `- ${text}`).join('\n')}`);
  }
  return sections.join('\n\n');
}

/** A further message after an output that was not taken. */
export function refusalPrompt(reason: string): string {
  return `This was not accepted: ${reason}\n\nGive the whole result again, mended.`;
}

export function managerInstructions(
  plan: Pick<PinnedJob, 'crewName' | 'crewDescription'>,
  coworkers: readonly PinnedAgent[],
): string {
  const about = plan.crewDescription === '' ? '' : ` ${plan.crewDescription}`;
  return [
    `You manage the crew "${plan.crewName}".${about}`,
    'You do not do the work yourself. Plan each task, hand its parts to the coworkers who suit them best with delegate_work, and ask with ask_coworker what you need to know. They know nothing of the task but what you write to them, so write all that they need. Check what comes back: when something is wrong or missing, send it back with what has to change. When it is good, give the complete result of the task as your answer, without a word about how it came about.',
    `Your coworkers:\n${coworkers.map((agent) => `- ${describe(agent)}`).join('\n')}`,
  ].join('\n\n');
}

function describe({ name, role, goal }: PinnedAgent): string {
  const facts = [role === name ? '' : role, goal].map((text) => text.trim()).filter((text) => text !== '');
  return facts.length === 0 ? name : `${name}: ${facts.join('. ')}`;
}

/** Tells a manager for whom a task is meant; it decides. */
export function suggestionPrompt(agent: PinnedAgent): string {
  return `This task is meant for ${agent.name}.`;
}

export function delegatedPrompt(work: string, context: string): string {
  return context.trim() === ''
    ? `${work}\n\nGive your complete result.`
    : `${work}\n\nWhat you have to go by:\n${context}\n\nGive your complete result.`;
}

export function questionPrompt(question: string, context: string): string {
  const lead = `A coworker asks you: ${question}`;
  return context.trim() === '' ? lead : `${lead}\n\nWhat you have to go by:\n${context}`;
}

export const JUDGE_INSTRUCTIONS =
  'You check whether a result keeps a rule. Judge only by the rule, not by taste. When the result keeps it, say that it is valid; when not, say in one or two sentences what has to change.';

export function judgePrompt(rule: string, output: string): string {
  return `The rule:\n${rule}\n\nThe result:\n${output}`;
}

export function approvalPrompt(title: string, output: string): string {
  return `"${title}" is done and waits for your approval. Approve it, or say what has to change.\n\n${output}`;
}
