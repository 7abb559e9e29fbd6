import type { Page, PageRequest } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import { createSchemaChecker } from '../tools/index.ts';
import type { CrewsContext } from './context.ts';
import { type DeleteCrewOptions, deleteCrew } from './delete-crew.ts';
import { deleteTask } from './delete-task.ts';
import { getCrew, listCrews, placeholdersOf } from './read-crews.ts';
import type { CrewState } from './revision.ts';
import { createCrew, prepareCrew, type SaveCrewOptions, updateCrew } from './save-crew.ts';
import { createTask, getTask, listTasks, updateTask } from './save-task.ts';
import { createCrewStore } from './store.ts';
import { type ExportedCrew, exportCrew } from './transfer/export-crew.ts';
import { importCrew } from './transfer/import-crew.ts';
import type { CrewFiles, ImportOptions, ReadCrew } from './transfer/types.ts';
import type {
  Crew,
  CrewPlaceholder,
  CrewSummary,
  CrewTaskInput,
  Task,
  TaskFilters,
  TaskWithStatus,
  WholeCrew,
  WholeCrewInput,
} from './types.ts';

export type CrewsDependencies = Omit<CrewsContext, 'store' | 'schemas'>;

/** Crews and their tasks. All throw crew_not_found or task_not_found for an id that the account does not have. */
export interface Crews {
  /** With its agents and tasks, all or nothing. Throws a 400 that names the field. */
  createCrew(accountId: string, input: WholeCrewInput, createdBy: string | undefined): Promise<WholeCrew>;
  getCrew(accountId: string, crewId: string): Promise<WholeCrew>;
  listCrews(accountId: string, request: PageRequest, search?: string): Promise<Page<CrewSummary>>;
  /** Resolves to the state that it leaves. Throws crew_changed when `ifRevision` is given and somebody has saved since. */
  updateCrew(
    accountId: string,
    crewId: string,
    input: WholeCrewInput,
    options: SaveCrewOptions,
  ): Promise<CrewState>;
  /** Throws crew_busy while a job is open, unless `stopJobs` is given, which ends them; and crew_changed like updateCrew. */
  deleteCrew(accountId: string, crewId: string, options?: DeleteCrewOptions): Promise<void>;
  crewExists(accountId: string, crewId: string): Promise<boolean>;
  /** What a job of the crew has to be given. */
  inputsOf(accountId: string, crewId: string): Promise<CrewPlaceholder[]>;
  /** Makes a crew of CrewAI's files; what Muster does not do is listed. Throws a 400 that names the place. */
  importCrew(
    accountId: string,
    files: CrewFiles,
    options: Pick<ImportOptions, 'name' | 'process' | 'model'>,
    createdBy: string | undefined,
  ): Promise<WholeCrew & { readonly unsupported: readonly string[] }>;
  /** Throws what importCrew would, but makes nothing. */
  checkImport(
    accountId: string,
    files: CrewFiles,
    options: Pick<ImportOptions, 'name' | 'process' | 'model'>,
  ): Promise<ReadCrew>;
  /** The crew as such files, and what they can not say. */
  exportCrew(
    accountId: string,
    crewId: string,
    format: 'yaml' | 'jsonc',
  ): Promise<ExportedCrew & { readonly name: string }>;
  /** Those that can be run, the oldest first. */
  listCallable(accountId: string): Promise<readonly Pick<Crew, 'id' | 'name' | 'createdAt'>[]>;

  createTask(accountId: string, input: CrewTaskInput): Promise<TaskWithStatus>;
  getTask(accountId: string, taskId: string): Promise<TaskWithStatus>;
  listTasks(accountId: string, request: PageRequest, filters?: TaskFilters): Promise<Page<TaskWithStatus>>;
  /** Throws task_changed when `ifSavedAt` is given and somebody has saved since. */
  updateTask(
    accountId: string,
    taskId: string,
    input: CrewTaskInput,
    options?: SaveOptions,
  ): Promise<TaskWithStatus>;
  /** Throws task_changed likewise. */
  deleteTask(accountId: string, taskId: string, options?: SaveOptions): Promise<void>;
  /** The tasks that name one of the tools. */
  listTasksUsing(accountId: string, tools: readonly string[]): Promise<readonly Task[]>;
}

export function createCrews(dependencies: CrewsDependencies): Crews {
  const context: CrewsContext = {
    ...dependencies,
    store: createCrewStore(dependencies.db),
    schemas: createSchemaChecker(),
  };
  return {
    createCrew: (accountId, input, createdBy) => createCrew(context, accountId, input, createdBy),
    getCrew: (accountId, crewId) => getCrew(context, accountId, crewId),
    listCrews: (accountId, request, search) => listCrews(context, accountId, request, search),
    updateCrew: (accountId, crewId, input, options) => updateCrew(context, accountId, crewId, input, options),
    deleteCrew: (accountId, crewId, options) => deleteCrew(context, accountId, crewId, options),
    crewExists: async (accountId, crewId) => (await context.store.findCrew(accountId, crewId)) !== undefined,
    inputsOf: async (accountId, crewId) => placeholdersOf(await getCrew(context, accountId, crewId)),
    async importCrew(accountId, files, options, createdBy) {
      const { input, unsupported } = await readImport(context, accountId, files, options);
      return { ...(await createCrew(context, accountId, input, createdBy)), unsupported };
    },
    async checkImport(accountId, files, options) {
      const read = await readImport(context, accountId, files, options);
      await prepareCrew(context, accountId, read.input, undefined);
      return read;
    },
    async exportCrew(accountId, crewId, format) {
      const whole = await getCrew(context, accountId, crewId);
      return { ...exportCrew(whole, format), name: whole.crew.name };
    },
    listCallable: (accountId) => context.store.listCallable(accountId),
    createTask: (accountId, input) => createTask(context, accountId, input),
    getTask: (accountId, taskId) => getTask(context, accountId, taskId),
    listTasks: (accountId, request, filters = {}) => listTasks(context, accountId, request, filters),
    updateTask: (accountId, taskId, input, options) => updateTask(context, accountId, taskId, input, options),
    deleteTask: (accountId, taskId, options) => deleteTask(context, accountId, taskId, options),
    listTasksUsing: (accountId, tools) => context.store.listUsing(accountId, tools),
  };
}

function readImport(
  { catalogue }: CrewsContext,
  accountId: string,
  files: CrewFiles,
  options: Pick<ImportOptions, 'name' | 'process' | 'model'>,
): Promise<ReadCrew> {
  return importCrew(files, {
    ...options,
    modelExists: (model) => catalogue.modelExists(accountId, model),
    modelIsCallable: (model) => catalogue.modelIsCallable(accountId, model),
    toolExists: (tool) => catalogue.toolExists(accountId, tool),
  });
}
