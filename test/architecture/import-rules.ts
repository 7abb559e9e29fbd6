import { posix } from 'node:path';

/** A file of src/ as the rules see it; `path` begins with `src/` and has forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Import {
  /** As written: `../db/index.ts`, `node:http`, `undici`. */
  readonly specifier: string;
  /** What stands between `import` and `from`; empty for `import('…')`. */
  readonly clause: string;
  readonly line: number;
}

const LAYERS: readonly (readonly string[])[] = [
  ['lib'],
  ['config'],
  ['engine', 'models', 'db'],
  [
    'runs',
    'crews',
    'agents',
    'knowledge',
    'memory',
    'tools',
    'billing',
    'accounts',
    'providers',
    'webhooks',
    'schedules',
    'limits',
    'idempotency',
    'audit',
    'telemetry',
    'retention',
  ],
  ['http', 'http/agents-api', 'http/platform-api', 'realtime'],
  ['app', 'cli', 'testing'],
  ['main.ts'],
];

/** Who may import a package of the outside world: the rooms that stand between it and the rest. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: readonly string[]; readonly why: string }[] =
  [
    {
      name: /^(ai$|@ai-sdk\/|@openrouter\/ai-sdk)/,
      only: ['models'],
      why: 'models/ is the only importer of the AI SDK',
    },
    {
      name: /(^|\/)undici(\/|$)/,
      only: ['lib/undici', 'lib/guarded-http', 'models', 'testing'],
      why: 'outgoing HTTP goes through lib/guarded-http, or models/ for providers',
    },
    {
      name: /^(axios|got|ky|node-fetch|needle|superagent|request|eventsource)(\/|$)/,
      only: [],
      why: 'outgoing HTTP goes through lib/guarded-http',
    },
    {
      name: /^(fastify|@fastify\/.+|typebox(\/.+)?)$/,
      only: ['http', 'realtime', 'app', 'testing'],
      why: 'only the HTTP layer knows the web framework and its schemas',
    },
    {
      name: /^(kysely|pg|postgres)(\/|$)|^node:sqlite$/,
      only: ['db', 'engine', 'testing', ...(LAYERS[3] ?? [])],
      why: 'SQL lives in db/ and in the store of a domain room',
    },
  ];

const OUTGOING_ROOMS = ['lib/guarded-http', 'models', 'testing', 'cli', 'main.ts'];

/** The names that open connections, of the modules of Node that have both sides. */
const OUTGOING_NAMES: Readonly<Record<string, RegExp>> = {
  'node:http': /\b(request|get|Agent|ClientRequest)\b/,
  'node:https': /\b(request|get|Agent)\b/,
  'node:http2': /\bconnect\b/,
  'node:net': /\b(connect|createConnection)\b/,
  'node:tls': /\bconnect\b/,
};

const WORDS: readonly { readonly word: RegExp; readonly only: readonly string[]; readonly why: string }[] = [
  {
    word: /(?<![.\w])(?:globalThis\.)?fetch\s*\(|(?<![.\w])https?\.(?:request|get)\s*\(|\bnew (?:WebSocket|EventSource)\s*\(/,
    only: OUTGOING_ROOMS,
    why: 'outgoing HTTP goes through lib/guarded-http',
  },
  {
    word: /\bprocess\.env\b/,
    only: ['config', 'main.ts', 'testing'],
    why: 'config/ is the only reader of the environment; take the setting as an argument',
  },
  {
    word: /(?<![.\w])console\.\w/,
    only: ['main.ts', 'cli'],
    why: 'take a logger as an argument',
  },
];

/** Each sentence names a file and line, the rule that it breaks and the way out. */
export function checkFile(file: SourceFile): string[] {
  const room = roomOf(file.path);
  const imports = importsOf(file.text);
  const problems: string[] = [];
  const complain = (line: number, what: string) => problems.push(`${file.path}:${line} ${what}`);

  if (layerOf(room) === -1) {
    complain(1, 'is in a room that has no layer; give it one in test/architecture/import-rules.ts');
  }
  for (const { specifier, clause, line } of imports) {
    const target = targetOf(file.path, specifier);
    if (target !== undefined) {
      for (const problem of relativeProblems(file.path, target)) complain(line, problem);
    } else if (!isTest(file.path)) {
      const rule = PACKAGES.find(({ name, only }) => name.test(specifier) && !isAmong(room, only));
      if (rule) complain(line, `imports ${specifier}: ${rule.why}`);
      if (OUTGOING_NAMES[specifier]?.test(clause) && !isAmong(room, OUTGOING_ROOMS)) {
        complain(line, `imports a client of ${specifier}: outgoing HTTP goes through lib/guarded-http`);
      }
    }
  }
  if (!isTest(file.path)) {
    withoutComments(file.text)
      .split('\n')
      .forEach((text, index) => {
        const rule = WORDS.find(({ word, only }) => word.test(text) && !isAmong(room, only));
        if (rule) complain(index + 1, `has \`${rule.word.exec(text)?.[0].trim()}\`: ${rule.why}`);
      });
  }
  return problems;
}

function relativeProblems(from: string, target: string): string[] {
  if (!target.startsWith('src/')) {
    // The console's build and package.json are read by the composition root.
    return isTest(from) || layerOf(roomOf(from)) >= layerOf('app')
      ? []
      : [`reaches out of src/ to ${target}`];
  }
  const [here, there] = [roomOf(from), roomOf(target)];
  if (here === there) return [];
  const problems: string[] = [];
  if (!isTest(from)) {
    if (layerOf(there) > layerOf(here)) {
      problems.push(
        `imports ${target}, which is above it: ${here} may not know ${there}; take it as an argument`,
      );
    } else if (there === 'testing') {
      problems.push(`imports ${target}: only tests use testing/`);
    }
  }
  const shared = (there === 'http' && here.startsWith('http/')) || (there === 'testing' && isTest(from));
  if (!isDoor(target) && !shared) {
    problems.push(`imports ${target}: enter ${there} by src/${there}/index.ts`);
  }
  return problems;
}

/** A chain of rooms that import each other in a circle, such as `a -> b -> a`, for each circle that there is. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const edges = new Map<string, Map<string, string>>();
  for (const file of files.filter(({ path }) => !isTest(path))) {
    for (const { specifier, line } of importsOf(file.text)) {
      const target = targetOf(file.path, specifier);
      const [from, to] = [familyOf(file.path), target?.startsWith('src/') ? familyOf(target) : undefined];
      if (to === undefined || from === to) continue;
      const out = edges.get(from) ?? new Map<string, string>();
      edges.set(from, out.has(to) ? out : out.set(to, `${file.path}:${line}`));
    }
  }
  const found = new Map<string, string>();
  const walk = (room: string, trail: readonly string[]) => {
    const start = trail.indexOf(room);
    if (start !== -1) {
      const circle = trail.slice(start);
      const places = circle.map((from, index) => edges.get(from)?.get(circle[index + 1] ?? room));
      const name = circle.toSorted().join();
      if (!found.has(name)) found.set(name, `${[...circle, room].join(' -> ')} (${places.join(', ')})`);
      return;
    }
    for (const next of edges.get(room)?.keys() ?? []) walk(next, [...trail, room]);
  };
  for (const room of edges.keys()) walk(room, []);
  return [...found.values()];
}

/** The room of a file: `tools`, `http/agents-api`, `lib/guarded-http`; a plain file of lib/ is a room of its own. */
function roomOf(path: string): string {
  const [, first = '', second = '', third] = path.split('/');
  const deep = third !== undefined;
  if (first === 'lib') return `lib/${second}`;
  if (first === 'http' && deep && layerOf(`http/${second}`) !== -1) return `http/${second}`;
  return first;
}

/** Where rooms are compared for circles, http/ is one house. */
function familyOf(path: string): string {
  const room = roomOf(path);
  return room.startsWith('http/') ? 'http' : room;
}

function layerOf(room: string): number {
  const name = room.startsWith('lib/') ? 'lib' : room;
  return LAYERS.findIndex((rooms) => rooms.includes(name));
}

function isAmong(room: string, rooms: readonly string[]): boolean {
  return rooms.some((name) => room === name || room.startsWith(`${name}/`));
}

function isDoor(target: string): boolean {
  return /\/index\.ts$/.test(target) || /^src\/lib\/[^/]+\.ts$/.test(target);
}

function isTest(path: string): boolean {
  return /\.(test|fixture)\.ts$|\/testing\/[^/]+\.ts$/.test(path);
}

function targetOf(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}

const STATIC = /^[ \t]*(?:import|export)\b([^;'"`]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^[ \t]*import\s*()['"]([^'"]+)['"]/gm;
const DYNAMIC = /\b(?:import|require)\(\s*()['"]([^'"]+)['"]/gm;
const TYPE = /\bimport\(\s*()['"]([^'"]+)['"]\s*\)\s*\./gm;

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const found = new Map<number, Import>();
  for (const pattern of [STATIC, BARE, DYNAMIC, TYPE]) {
    for (const { 1: clause = '', 2: specifier = '', index } of code.matchAll(pattern)) {
      const line = code.slice(0, index).split('\n').length;
      found.set(index, { specifier, clause, line });
    }
  }
  return [...found.values()];
}

/** Comments blanked out, lines kept. A `//` inside a string (an address) is left alone. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/ .*$/gm, '$1');
}
