#!/usr/bin/env node
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { consoleIsBuilt } from '../scripts/build-console.mjs';
import { builtEntry, keepBuild } from '../scripts/build-server.mjs';

const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [major] = process.versions.node.split('.');

// Started by an older Node: hand over to the runtime that package.json pins.
if (Number(major) < 26) process.exit(await runPinned());

const { enableCompileCache } = await import('node:module');
enableCompileCache(fromRoot('node_modules/.cache/muster'));
// A bundle is worth its making to a server only; other commands take it when it is there.
if (process.argv[2] === 'serve') {
  // In a process of its own: a bundler leaves half a gigabyte behind.
  const run = (script) => spawnSync(process.execPath, [fromRoot(`scripts/${script}`)], { stdio: 'inherit' });
  if (!builtEntry()) run('build-server.mjs');
  if (!consoleIsBuilt()) run('build-console.mjs');
}
const built = builtEntry();
if (built) keepBuild(built);
const entry = built ?? fromRoot('src/main.ts');
const { main } = await import(pathToFileURL(entry));
await main(process.argv.slice(2));

function runPinned() {
  const child = spawn(fromRoot('node_modules/.bin/node'), process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    // Ctrl-C on a terminal reaches both of us already; a second one would end a server that drains.
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`muster: the pinned Node is not installed (${error.message}). Run: npm ci\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
