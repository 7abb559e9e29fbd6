import type { Entry } from './types.ts';

/** What the program beside CrewAI's YAML files says of one of its agents or tasks. */
type Facts = Record<string, unknown>;

export interface ProgramFacts {
  readonly agents: ReadonlyMap<string, Facts>;
  readonly tasks: ReadonlyMap<string, Facts>;
  readonly crew: Facts;
}

/** Programs of crews have some hundred lines; the bounds keep the time to read one short whatever is in it. */
const MAX_LINE = 1_000;
const MAX_LINES = 5_000;

/** A method of the crew's class, up to the next one that is marked. */
const METHOD =
  /@(agent|task)\b[^\n]*\n\s*def\s+(\w+)\s*\([^)\n]*\)[^:\n]*:([\s\S]*?)(?=\n\s*@\w|\n\s*class\s|(?![\s\S]))/g;
const CREW_CALL = /\bCrew\s*\(([\s\S]{0,3000}?)\n\s*\)/;

/**
 * Reads what CrewAI projects mostly say in Python: who does which task with what context and tools. The program is not
 * run; what is written there in another way than in CrewAI's own templates is not found.
 */
export function readProgram(source: string): ProgramFacts {
  const text = withoutComments(linesOf(source).join('\n'));
  const methods = [...text.matchAll(METHOD)].map(([, kind = '', name = '', body = '']) => ({
    kind,
    name,
    body,
  }));
  const keyOf = new Map(
    methods.map(({ kind, name, body }) => {
      const config = new RegExp(`${kind}s_config\\s*\\[\\s*['"](\\w+)['"]`).exec(body);
      return [`${kind} ${name}`, config?.[1] ?? name] as const;
    }),
  );
  const factsOf = (wanted: string, read: (body: string) => Facts) =>
    new Map(
      methods
        .filter(({ kind }) => kind === wanted)
        .map(({ name, body }) => [keyOf.get(`${wanted} ${name}`) ?? name, known(read(body))] as const),
    );
  const called = (kind: string, list: string): string[] =>
    [...list.matchAll(/self\.(\w+)\s*\(/g)].flatMap(([, name]) => keyOf.get(`${kind} ${name}`) ?? []);
  const made = new Map(
    [...text.matchAll(/^[ \t]*(\w+)\s*=\s*(?:\w+\.)*(\w+)\(/gm)].map(([, name, type]) => [name, type]),
  );
  const toolsIn = (body: string): string[] | undefined =>
    toolNames(body)?.map((name) => made.get(name) ?? name);
  const crewBody = CREW_CALL.exec(text)?.[1] ?? '';
  return {
    agents: factsOf('agent', (body) => ({
      tools: toolsIn(body),
      llm: stringOf('llm', body),
      max_iter: numberOf('max_iter', body),
      allow_delegation: isTrue('allow_delegation', body),
    })),
    tasks: factsOf('task', (body) => ({
      agent: called('agent', /\bagent\s*=\s*(self\.\w+\s*\()/.exec(body)?.[1] ?? '')[0],
      context:
        listOf('context', body) === undefined ? undefined : called('task', listOf('context', body) ?? ''),
      tools: toolsIn(body),
      async_execution: isTrue('async_execution', body),
      human_input: isTrue('human_input', body),
      output_json: /\boutput_json\s*=\s*(\w+)/.exec(body)?.[1],
      output_pydantic: /\boutput_pydantic\s*=\s*(\w+)/.exec(body)?.[1],
    })),
    crew: known({
      process: /\bprocess\s*=\s*Process\.(\w+)/.exec(crewBody)?.[1],
      manager_llm: stringOf('manager_llm', crewBody),
      memory: isTrue('memory', crewBody),
    }),
  };
}

/** What the program says goes before what the files say, as in CrewAI. */
export function mergeFacts(entries: readonly Entry[], facts: ReadonlyMap<string, Facts>): Entry[] {
  return entries.map((entry) => ({ ...entry, fields: { ...entry.fields, ...facts.get(entry.key) } }));
}

function known(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** Without empty lines, so that no run of them is looked at over and over. */
function linesOf(source: string): string[] {
  return source
    .split('\n', MAX_LINES * 2)
    .filter((line) => line.length <= MAX_LINE && line.trim() !== '')
    .slice(0, MAX_LINES);
}

/** `# …` to the end of its line, unless it stands in a text. */
function withoutComments(source: string): string {
  return source.replaceAll(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/g, (_found, text = '') => text);
}

function listOf(name: string, body: string): string | undefined {
  return new RegExp(`\\b${name}\\s*=\\s*\\[([^\\]]{0,3000})\\]`).exec(body)?.[1];
}

/** Names of classes and functions: `SerperDevTool()`, `SearchTools.search_internet`. */
function toolNames(body: string): string[] | undefined {
  const list = listOf('tools', body);
  if (list === undefined) return undefined;
  const names = list
    .replaceAll(/\([^()]*\)/g, '')
    .split(',')
    .map((entry) => /([\w.]+)\s*$/.exec(entry.trim())?.[1]?.split('.').at(-1) ?? '');
  const found = names.filter((name) => name !== '');
  return found.length > 0 ? found : undefined;
}

function stringOf(name: string, body: string): string | undefined {
  return new RegExp(`\\b${name}\\s*=\\s*['"]([^'"\\n]+)['"]`).exec(body)?.[1];
}

function numberOf(name: string, body: string): number | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(\\d{1,4})\\b`).exec(body)?.[1];
  return found === undefined ? undefined : Number(found);
}

function isTrue(name: string, body: string): true | undefined {
  return new RegExp(`\\b${name}\\s*=\\s*True\\b`).test(body) ? true : undefined;
}
