import { argumentsOf, entriesOfList, literalOf } from './python-calls.ts';
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
const CALLS: Readonly<Record<string, RegExp>> = { agent: /\b\w*Agent\s*\(/, task: /\b\w*Task\s*\(/ };
/** Said in the files, or by the methods themselves. */
const SAID_ELSEWHERE = new Set(['config', 'agents', 'tasks']);
/** Where the program has them made as it runs, the files' own are taken. */
const TEXTS = new Set(['name', 'role', 'goal', 'backstory', 'description', 'expected_output']);

/**
 * Reads what CrewAI projects mostly say in Python: who does which task with what context and tools. The program is not
 * run; what is written there in another way than in CrewAI's own templates is not found. What is found and has no place
 * here is left to be told.
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
  const called = (kind: string, list: string): string[] =>
    [...list.matchAll(/self\.(\w+)\s*\(/g)].flatMap(([, name]) => keyOf.get(`${kind} ${name}`) ?? []);
  const program: Program = { called, made: callsIn(text) };
  const factsOf = (wanted: string) =>
    new Map(
      methods
        .filter(({ kind }) => kind === wanted)
        .map(({ kind, name, body }) => {
          const given = argumentsOf(CALLS[kind] ?? /$^/, body);
          return [keyOf.get(`${kind} ${name}`) ?? name, readFacts(given, program)] as const;
        }),
    );
  return {
    agents: factsOf('agent'),
    tasks: factsOf('task'),
    crew: readFacts(argumentsOf(/\bCrew\s*\(/, text.slice(Math.max(0, text.lastIndexOf('@crew')))), program),
  };
}

interface Program {
  /** The keys of the methods that are called in a piece of the program. */
  readonly called: (kind: string, list: string) => string[];
  /** What was called to make the things that have names, and with which model. */
  readonly made: ReadonlyMap<string, { readonly type: string; readonly model: string | undefined }>;
}

function readFacts(given: ReadonlyMap<string, string>, program: Program): Facts {
  const facts = [...given]
    .filter(([name]) => !SAID_ELSEWHERE.has(name))
    .map(([name, value]) => [name, readFact(name, value, program)] as const);
  return Object.fromEntries(facts.filter(([, value]) => value !== undefined));
}

function readFact(name: string, value: string, { called, made }: Program): unknown {
  const literal = literalOf(value);
  if (literal !== undefined) return literal;
  switch (name) {
    case 'agent':
      return called('agent', value)[0];
    case 'context': {
      const tasks = called('task', value);
      return tasks.length === entriesOfList(value)?.length ? tasks : { python: value };
    }
    case 'process':
      return value;
    case 'llm':
    case 'manager_llm':
      return modelIn(value) ?? made.get(lastName(value))?.model ?? value;
    case 'tools':
      return (entriesOfList(value) ?? [value]).map(lastName).map((tool) => made.get(tool)?.type ?? tool);
    case 'output_json':
    case 'output_pydantic':
    case 'response_model':
      return lastName(value);
    default:
      return TEXTS.has(name) ? undefined : { python: value };
  }
}

/** What the program says goes before what the files say, as in CrewAI. */
export function mergeFacts(entries: readonly Entry[], facts: ReadonlyMap<string, Facts>): Entry[] {
  return entries.map((entry) => ({ ...entry, fields: { ...entry.fields, ...facts.get(entry.key) } }));
}

/** `search = SerperDevTool()`, `llm = LLM(model="gpt-4o")`. */
function callsIn(text: string): Program['made'] {
  const found = text.matchAll(/^[ \t]*(?:self\.)?(\w+)\s*=\s*(?:\w+\.)*(\w+)\(([^)\n]{0,300})/gm);
  return new Map([...found].map(([, name = '', type = '', rest]) => [name, { type, model: modelIn(rest) }]));
}

function modelIn(call: string | undefined): string | undefined {
  return /\bmodel(?:_name)?\s*=\s*['"]([^'"\n]+)['"]/.exec(call ?? '')?.[1];
}

/** Of `SerperDevTool()`, `SearchTools.search_internet` and `self.llm`, what it is called. */
function lastName(value: string): string {
  return /^\*?(?:\w+\.)*(\w+)/.exec(value)?.[1] ?? value.slice(0, 100);
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
