import { type ParseError, parse as parseJsonc, printParseErrorCode } from 'jsonc-parser';
import { parseDocument } from 'yaml';
import { invalid } from '../../lib/errors.ts';
import { isJsonObject } from '../../lib/json.ts';
import { mergeFacts, readProgram } from './read-program.ts';
import type { CrewFiles, CrewSource, Entry } from './types.ts';

/** An alias can stand for a lot; so many are enough for people. */
const MAX_ALIASES = 100;

type Fields = Readonly<Record<string, unknown>>;

/** Reads the files of a crew, in either of CrewAI's forms; crew.py adds what it says beside YAML. Throws a 400 that names the file. */
export function readFiles(files: CrewFiles): CrewSource {
  const find = (pattern: RegExp): string | undefined => Object.keys(files).find((path) => pattern.test(path));
  const read = (path: string): Fields => readFile(path, files[path] ?? '');
  const crewPath = find(/(^|\/)crew\.jsonc?$/);
  if (crewPath !== undefined) return readCrewFile(read(crewPath), crewPath, files, read);
  const agentsPath = find(/(^|\/)agents\.ya?ml$/);
  const tasksPath = find(/(^|\/)tasks\.ya?ml$/);
  if (agentsPath === undefined || tasksPath === undefined) {
    throw invalid('files', 'must have agents.yaml and tasks.yaml, or crew.jsonc and agents/*.jsonc');
  }
  const source = {
    crew: {},
    agents: entriesOf(read(agentsPath), 'agents'),
    tasks: entriesOf(read(tasksPath), 'tasks'),
    strays: [],
  };
  const program = Object.entries(files).find(([path, text]) => /\.py$/.test(path) && text.includes('@task'));
  if (!program) return source;
  const facts = readProgram(program[1]);
  return {
    crew: facts.crew,
    agents: mergeFacts(source.agents, facts.agents),
    tasks: mergeFacts(source.tasks, facts.tasks),
    strays: [
      ...straysOf('agents', facts.agents, source.agents),
      ...straysOf('tasks', facts.tasks, source.tasks),
    ],
  };
}

function straysOf(group: string, facts: ReadonlyMap<string, unknown>, entries: readonly Entry[]): string[] {
  return [...facts.keys()]
    .filter((key) => !entries.some((entry) => entry.key === key))
    .map((key) => `${group}.${key}`);
}

/** crew.jsonc lists its tasks and names its agents, each of which has a file. */
function readCrewFile(
  crew: Fields,
  path: string,
  files: CrewFiles,
  read: (path: string) => Fields,
): CrewSource {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const names = Array.isArray(crew.agents) ? crew.agents : [];
  const agents = names.map((name: unknown): Entry => {
    if (typeof name !== 'string') throw invalid(`files.${path}.agents`, 'must name files of agents/');
    const file = [`${folder}agents/${name}.jsonc`, `${folder}agents/${name}.json`].find((one) =>
      Object.hasOwn(files, one),
    );
    if (file === undefined) throw invalid(`files.${path}.agents`, `there is no agents/${name}.jsonc`);
    const { settings, ...fields } = read(file);
    // Settings win.
    return { key: name, fields: { ...fields, ...asFields(settings) }, place: `agents.${name}` };
  });
  const tasks = (Array.isArray(crew.tasks) ? crew.tasks : []).map((task: unknown, index): Entry => {
    const { name, settings, ...fields } = asFields(task);
    const key = typeof name === 'string' ? name : `task_${index + 1}`;
    return { key, fields: { ...fields, ...asFields(settings) }, place: `tasks.${key}` };
  });
  const { agents: _, tasks: __, ...rest } = crew;
  return { crew: rest, agents, tasks, strays: [] };
}

function entriesOf(fields: Fields, group: string): Entry[] {
  return Object.entries(fields).map(([key, value]) => ({
    key,
    fields: asFields(value),
    place: `${group}.${key}`,
  }));
}

function readFile(path: string, text: string): Fields {
  const plain = toPlain(path, () => (/\.ya?ml$/.test(path) ? readYaml(path, text) : readJsonc(path, text)));
  if (!isJsonObject(plain)) throw invalid(`files.${path}`, 'must hold names with their fields');
  return plain;
}

/** Once through JSON, so that what is left is plain data and no key reaches a prototype. */
function toPlain(path: string, read: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(read() ?? {}));
  } catch (error) {
    if (error instanceof RangeError) throw invalid(`files.${path}`, 'is nested too deeply');
    // YAML's aliases can stand for what they are a part of; JSON has no such thing.
    if (error instanceof TypeError) throw invalid(`files.${path}`, 'has an alias within what it stands for');
    throw error;
  }
}

function readYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw invalid(`files.${path}`, `is not YAML: ${error.message.split('\n')[0]}`);
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw invalid(`files.${path}`, `is not YAML: ${cause instanceof Error ? cause.message : 'unreadable'}`);
  }
}

function readJsonc(path: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (!error) return value;
  const line = text.slice(0, error.offset).split('\n').length;
  throw invalid(`files.${path}`, `is not JSON: ${printParseErrorCode(error.error)} in line ${line}`);
}

function asFields(value: unknown): Fields {
  return isJsonObject(value) ? value : {};
}
