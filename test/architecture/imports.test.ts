import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { checkFile, findCycles, type SourceFile } from './import-rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function sourceFiles(): SourceFile[] {
  return globSync('src/**/*.ts', { cwd: ROOT }).map((path) => ({
    path: path.split(sep).join('/'),
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));
}

function list(problems: readonly string[]): string {
  return `\n  ${problems.join('\n  ')}\n`;
}

test('imports point down, enter rooms by their door, and stay in the rooms made for them', () => {
  const problems = sourceFiles().flatMap(checkFile);
  assert.ok(problems.length === 0, list(problems));
});

test('no rooms import each other in a circle', () => {
  const cycles = findCycles(sourceFiles());
  assert.ok(cycles.length === 0, list(cycles));
});

test('each rule catches what it is for', () => {
  const wrong: [path: string, text: string, problem: RegExp][] = [
    ['src/tools/a.ts', "import { x } from '../http/index.ts';", /above it/],
    ['src/db/a.ts', "import type { X } from '../runs/index.ts';", /above it/],
    ['src/config/a.ts', "import { x } from '../db/index.ts';", /above it/],
    ['src/lib/a.ts', "import { x } from '../config/index.ts';", /above it/],
    ['src/lib/guarded-http/a.ts', "import { x } from '../../models/index.ts';", /above it/],
    ['src/runs/a.ts', "import { x } from '../testing/index.ts';", /above it/],
    ['src/app/a.ts', "import { x } from '../testing/index.ts';", /only tests/],
    [
      'src/runs/a.ts',
      "import {\n  x,\n  y,\n} from '../tools/types.ts';",
      /enter tools by src\/tools\/index\.ts/,
    ],
    ['src/runs/a.ts', "export * from '../tools/types.ts';", /enter tools/],
    ['src/runs/a.ts', "import '../db/migrations/0001-start.ts';", /enter db/],
    ['src/runs/a.ts', "const x = await import('../db/port.ts');", /enter db/],
    ['src/runs/a.ts', "type X = import('../db/port.ts').Database;", /enter db/],
    ['src/runs/a.test.ts', "import { x } from '../db/port.ts';", /enter db/],
    ['src/tools/a.ts', "import { x } from '../lib/guarded-http/types.ts';", /enter lib\/guarded-http/],
    ['src/http/agents-api/a.ts', "import { x } from '../platform-api/b.ts';", /enter http\/platform-api/],
    ['src/tools/a.ts', "import { x } from '../../test/helper.ts';", /out of src/],
    ['src/tools/a.ts', "import { request } from 'undici';", /imports undici/],
    ['src/tools/a.ts', "import { request } from 'node:https';", /client of node:https/],
    ['src/tools/a.ts', "import { connect } from 'node:net';", /client of node:net/],
    ['src/tools/a.ts', '  const reply = await fetch(url);', /`fetch\(`/],
    ['src/tools/a.ts', '  globalThis.fetch(url);', /fetch/],
    ['src/tools/a.ts', '  http.request(url);', /http\.request/],
    ['src/tools/a.ts', '  const socket = new WebSocket(url);', /WebSocket/],
    ['src/tools/a.ts', "import axios from 'axios';", /imports axios/],
    ['src/runs/a.ts', "import { x } from '@ai-sdk/provider';", /only importer of the AI SDK/],
    ['src/runs/a.ts', "import { x } from 'ai';", /only importer of the AI SDK/],
    ['src/agents/a.ts', "import { Type } from 'typebox';", /web framework/],
    ['src/agents/a.ts', "import fastify from 'fastify';", /web framework/],
    ['src/http/platform-api/a.ts', "import { sql } from 'kysely';", /SQL lives/],
    ['src/tools/a.ts', 'const key = process.env.KEY;', /process\.env/],
    ['src/tools/a.ts', "  console.log('x');", /console\./],
    ['src/newroom/a.ts', '', /has no layer/],
  ];
  for (const [path, text, problem] of wrong) {
    assert.match(checkFile({ path, text }).join('\n'), problem, `${path}: ${text}`);
  }
});

test('what the rules allow passes', () => {
  const right: SourceFile[] = [
    {
      path: 'src/tools/a.ts',
      text: "import { x } from '../lib/json.ts';\nimport { y } from '../models/index.ts';",
    },
    { path: 'src/tools/built-in/a.ts', text: "import { x } from '../outcome.ts';" },
    {
      path: 'src/tools/a.ts',
      text: '// fetch(url) goes through guarded HTTP\n/** console.log */\nhttp.fetch(url, "the console.");',
    },
    { path: 'src/http/agents-api/a.ts', text: "import { x } from '../sse-writer.ts';" },
    { path: 'src/http/server.ts', text: "import { createServer } from 'node:http';" },
    { path: 'src/models/a.ts', text: "import { x } from '@ai-sdk/openai';\nimport { Pool } from 'undici';" },
    {
      path: 'src/lib/guarded-http/a.ts',
      text: "import { Client } from 'undici';\nimport { isIP } from 'node:net';",
    },
    { path: 'src/tools/a.test.ts', text: "import { x } from '../testing/clock.ts';\nawait fetch(url);" },
    { path: 'src/main.ts', text: "console.log(process.env);\nimport { x } from './app/index.ts';" },
    { path: 'src/app/a.ts', text: "import p from '../../package.json' with { type: 'json' };" },
  ];
  for (const file of right) assert.deepEqual(checkFile(file), [], file.text);
});

test('a circle of rooms is found and shown with its imports; tests may close one', () => {
  const files: SourceFile[] = [
    { path: 'src/runs/a.ts', text: "import { x } from '../tools/index.ts';" },
    { path: 'src/tools/b.ts', text: "import { x } from '../knowledge/index.ts';" },
    { path: 'src/tools/b.test.ts', text: "import { x } from '../runs/index.ts';" },
  ];
  assert.deepEqual(findCycles(files), []);
  const closing = { path: 'src/knowledge/c.ts', text: "\nimport type { X } from '../runs/index.ts';" };
  assert.deepEqual(findCycles([...files, closing]), [
    'runs -> tools -> knowledge -> runs (src/runs/a.ts:1, src/tools/b.ts:1, src/knowledge/c.ts:2)',
  ]);
});
