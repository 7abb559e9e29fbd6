import {
  type CrewDraft,
  type DraftAgent,
  type DraftTask,
  newCrew,
  newTask,
} from '../../web/src/pages/crew/draft.ts';

/** An agent that the server knows. */
export function agent(id: string, change: Partial<DraftAgent> = {}): DraftAgent {
  return {
    ...{ key: id, id, name: `The ${id}`, role: `Role of ${id}`, goal: 'To help', backstory: '' },
    ...{ instructions: `Be ${id}.`, model: 'sandbox', tools: ['calculator'], joined: null },
    rest: { parameters: { temperature: 0.5 }, knowledge: { mode: 'always', limit: 3 }, max_steps: 7 },
    ...change,
  };
}

/** A task that the server knows. */
export function task(id: string, change: Partial<DraftTask> = {}): DraftTask {
  return { ...newTask(null), key: id, id, name: id, description: `Do ${id}`, ...change };
}

export function crew(agents: readonly DraftAgent[], tasks: readonly DraftTask[]): CrewDraft {
  return { ...newCrew('sandbox'), name: 'Crew', agents, tasks };
}
