#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtEntry } from '../scripts/build-server.mjs';

const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [major] = process.versions.node.split('.');

if (Number(major) < 26) {
  // Started by an older Node: hand over to the runtime that package.json pins.
  const { status, signal } = spawnSync(fromRoot('node_modules/.bin/node'), process.argv.slice(1), {
    stdio: 'inherit',
  });
  process.exit(signal ? 1 : (status ?? 1));
}

enableCompileCache(fromRoot('node_modules/.cache/muster'));
if (!builtEntry()) {
  // In a process of its own: a bundler leaves half a gigabyte behind.
  spawnSync(process.execPath, [fromRoot('scripts/build-server.mjs')], { stdio: 'inherit' });
}
const entry = builtEntry() ?? fromRoot('src/main.ts');
const { main } = await import(pathToFileURL(entry));
await main(process.argv.slice(2));
