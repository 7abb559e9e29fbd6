import type { Statement } from '../db/index.ts';
import { MusterError } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { type SaveOptions, saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import { agentOfTask, checkPlan, checkTaskNames } from './assemble-crew.ts';
import type { CrewsContext } from './context.ts';
import { invalidCrew } from './errors.ts';
import { requireTask } from './find-task.ts';
import { readAgents, requireCrew } from './read-crews.ts';
import { mergeTask, newTask } from './task-config.ts';
import { followInAll } from './task-references.ts';
import type { Crew, CrewTaskInput, Task, TaskConfig, TaskFilters, TaskWithStatus } from './types.ts';

/**
 * Adds a task to the end of its crew, which is the one that is named, else its agent's. Of those that come at once each
 * has a place and a name of its own.
 */
export function createTask(
  context: CrewsContext,
  accountId: string,
  input: CrewTaskInput,
): Promise<TaskWithStatus> {
  const config = newTask(input);
  return saveOnNewest(() => addTask(context, accountId, input, config));
}

async function addTask(
  context: CrewsContext,
  accountId: string,
  input: CrewTaskInput,
  config: TaskConfig,
): Promise<TaskWithStatus | undefined> {
  const now = context.clock.now();
  const { crewId, agentId } = await placeOf(context, accountId, input, undefined);
  const { crew, tasks: others } = await readPlace(context, accountId, crewId);
  // The crew was deleted since it was looked up.
  if (crewId !== undefined && !crew) return undefined;
  const task: Task = {
    ...config,
    ...{ id: context.ids.next('task_'), accountId, crewId, agentId },
    position: (others.at(-1)?.position ?? -1) + 1,
    ...{ createdAt: now, updatedAt: now },
  };
  await checkTaskNames(context, task, undefined);
  checkAmong(task, [...others, task]);
  const written = await context.db.write([...touched(context, crew, now), context.store.insertTask(task)]);
  return written.ok ? { ...task, status: 'created' } : undefined;
}

/**
 * Merges what is given into the task. In force for jobs that start after it. Changes that are made at once are all kept;
 * tasks that name it in their context follow where it gets another name, and name it no more where it leaves their crew.
 */
export async function updateTask(
  context: CrewsContext,
  accountId: string,
  taskId: string,
  input: CrewTaskInput,
  options: SaveOptions = {},
): Promise<TaskWithStatus> {
  const task = await saveOnNewest(() => changeTask(context, accountId, taskId, input, options));
  return withStatus(context, task);
}

async function changeTask(
  context: CrewsContext,
  accountId: string,
  taskId: string,
  input: CrewTaskInput,
  options: SaveOptions,
): Promise<Task | undefined> {
  const { store } = context;
  const current = await requireTask(context, accountId, taskId, options);
  const config = mergeTask(current, input);
  const place = await placeOf(context, accountId, input, current);
  const moves = place.crewId !== current.crewId;
  const { crew, tasks: others } = await readPlace(context, accountId, place.crewId);
  const left = await readPlace(context, accountId, moves ? current.crewId : undefined);
  // The crew that it moves to was deleted since it was looked up.
  if (moves && place.crewId !== undefined && !crew) return undefined;
  const position = moves ? (others.at(-1)?.position ?? -1) + 1 : current.position;
  // No two saves of a task bear the same time, so that it tells them apart.
  const now = Math.max(
    context.clock.now(),
    ...[current, ...others, ...left.tasks].map((each) => timeOfSave(0, each)),
  );
  const task: Task = { ...current, ...config, ...place, position, updatedAt: now };
  await checkTaskNames(context, task, current);
  const following = moves
    ? followInAll(left.tasks, without(task, left.tasks))
    : without(task, followInAll(others, replace(others, [task])));
  checkAmong(task, moves ? [...others, task] : replace(others, [task, ...following]));
  const written = await context.db.write([
    ...touched(context, crew, now),
    ...touched(context, left.crew, now),
    store.updateTask(accountId, taskId, task, now, current.updatedAt),
    ...following.map((each) => store.updateTask(accountId, each.id, each, now, each.updatedAt)),
  ]);
  return written.ok ? task : undefined;
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

/** The crew before its tasks: whoever saves one of them in between is seen by the crew. */
async function readPlace(
  { store }: CrewsContext,
  accountId: string,
  crewId: string | undefined,
): Promise<{ readonly crew: Crew | undefined; readonly tasks: readonly Task[] }> {
  if (crewId === undefined) return { crew: undefined, tasks: [] };
  const crew = await store.findCrew(accountId, crewId);
  return { crew, tasks: await store.tasksOf(accountId, crewId) };
}

function without(task: Task, tasks: readonly Task[]): Task[] {
  return tasks.filter(({ id }) => id !== task.id);
}

function replace(tasks: readonly Task[], by: readonly Task[]): Task[] {
  return tasks.map((task) => by.find(({ id }) => id === task.id) ?? task);
}

function touched({ store }: CrewsContext, crew: Crew | undefined, now: number): Statement[] {
  return crew ? [store.touchCrew(crew, timeOfSave(now, crew))] : [];
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
