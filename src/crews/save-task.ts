import { MusterError } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { agentOfTask, checkPlan, checkTaskNames } from './assemble-crew.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors, invalidCrew } from './errors.ts';
import { readAgents, requireCrew } from './read-crews.ts';
import { mergeTask, newTask } from './task-config.ts';
import type { CrewTaskInput, Task, TaskFilters, TaskWithStatus } from './types.ts';

/** Adds a task to the end of its crew, which is the one that is named, else its agent's. */
export async function createTask(
  context: CrewsContext,
  accountId: string,
  input: CrewTaskInput,
): Promise<TaskWithStatus> {
  const config = newTask(input);
  const now = context.clock.now();
  const { crewId, agentId } = await placeOf(context, accountId, input, undefined);
  const others = crewId === undefined ? [] : await context.store.tasksOf(accountId, crewId);
  const task: Task = {
    ...config,
    ...{ id: context.ids.next('task_'), accountId, crewId, agentId },
    position: (others.at(-1)?.position ?? -1) + 1,
    ...{ createdAt: now, updatedAt: now },
  };
  await checkTaskNames(context, task, undefined);
  checkAmong(task, [...others, task]);
  await context.db.write([context.store.insertTask(task)]);
  return { ...task, status: 'created' };
}

/** Merges what is given into the task. In force for jobs that start after it. */
export async function updateTask(
  context: CrewsContext,
  accountId: string,
  taskId: string,
  input: CrewTaskInput,
): Promise<TaskWithStatus> {
  const current = await requireTask(context, accountId, taskId);
  const config = mergeTask(current, input);
  const place = await placeOf(context, accountId, input, current);
  const moves = place.crewId !== current.crewId;
  const others = place.crewId === undefined ? [] : await context.store.tasksOf(accountId, place.crewId);
  const position = moves ? (others.at(-1)?.position ?? -1) + 1 : current.position;
  // No two saves of a task bear the same time, so that it tells them apart.
  const now = Math.max(context.clock.now(), current.updatedAt + 1);
  const task: Task = { ...current, ...config, ...place, position, updatedAt: now };
  await checkTaskNames(context, task, current);
  checkAmong(task, moves ? [...others, task] : others.map((other) => (other.id === taskId ? task : other)));
  const written = await context.db.write([context.store.updateTask(accountId, taskId, task, now)]);
  if (!written.ok) throw taskNotFound(taskId);
  return withStatus(context, task);
}

export async function getTask(
  context: CrewsContext,
  accountId: string,
  taskId: string,
): Promise<TaskWithStatus> {
  return withStatus(context, await requireTask(context, accountId, taskId));
}

export async function listTasks(
  context: CrewsContext,
  accountId: string,
  request: PageRequest,
  filters: TaskFilters,
): Promise<Page<TaskWithStatus>> {
  const { items, total } = await context.store.listTasks(accountId, request, filters);
  const statuses = await context.store.statusesOf(
    accountId,
    items.map(({ id }) => id),
  );
  const tasks = items.map((task) => ({ ...task, status: statuses.get(task.id) ?? ('created' as const) }));
  return { items: tasks, total, page: request.page };
}

/** Jobs that have it already go on with it. */
export async function deleteTask(context: CrewsContext, accountId: string, taskId: string): Promise<void> {
  const { clock, db, store } = context;
  const written = await db.write([store.deleteTask(accountId, taskId, clock.now())]);
  if (!written.ok) throw taskNotFound(taskId);
}

async function requireTask({ store }: CrewsContext, accountId: string, taskId: string): Promise<Task> {
  const task = await store.findTask(accountId, taskId);
  if (!task) throw taskNotFound(taskId);
  return task;
}

/** The crew and agent that the request puts the task to. */
async function placeOf(
  context: CrewsContext,
  accountId: string,
  input: CrewTaskInput,
  current: Task | undefined,
): Promise<Pick<Task, 'crewId' | 'agentId'>> {
  let agentId = input.agentId === null ? undefined : (input.agentId ?? current?.agentId);
  let crewId = input.crewId === null ? undefined : (input.crewId ?? current?.crewId);
  if (crewId === undefined && input.crewId !== null && agentId !== undefined) {
    crewId = (await context.agents.findCallable(accountId, agentId))?.config.crewId;
  }
  if (crewId !== undefined && crewId !== current?.crewId) {
    const isThere = await context.store.findCrew(accountId, crewId);
    // An agent may name a crew that has gone; a request may not.
    if (!isThere && input.crewId) throw invalidCrew('crew_id', `there is no crew '${crewId}'`);
    if (!isThere) crewId = undefined;
  }
  if (input.agent !== undefined) {
    if (crewId === undefined)
      throw invalidCrew('agent', 'names an agent of a crew; give crew_id too, or agent_id');
    const crew = await requireCrew(context, accountId, crewId);
    agentId = agentOfTask(input, await readAgents(context, crew));
  }
  return { crewId, agentId };
}

/** The crew's refusal, in terms of the one task that the request is about where it is at fault. */
function checkAmong(task: Task, tasks: readonly Task[]): void {
  try {
    checkPlan(tasks);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const { field = '', reason = '' } = error.details;
    const [, index, rest = ''] = /^tasks\.(\d+)\.(.+)$/.exec(field) ?? [];
    const faulty = tasks[Number(index)];
    if (faulty?.id === task.id) throw invalidCrew(rest, reason);
    throw invalidCrew(
      'name',
      `does not go with the task '${faulty?.name || faulty?.id}' of the crew: its ${rest} ${reason}`,
    );
  }
}

async function withStatus({ store }: CrewsContext, task: Task): Promise<TaskWithStatus> {
  const statuses = await store.statusesOf(task.accountId, [task.id]);
  return { ...task, status: statuses.get(task.id) ?? 'created' };
}

function taskNotFound(taskId: string): MusterError {
  return crewErrors.task_not_found(`There is no task '${taskId}'.`);
}
