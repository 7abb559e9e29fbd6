// Builds server and console and makes that the build for good, whatever the sources' times say later: for images and
// other copies of an installed checkout that are not worked on.
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtEntry, sealed } from './build-server.mjs';

const run = (script) => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, [path], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run('build-server.mjs');
run('build-console.mjs');
const entry = builtEntry();
if (entry === undefined)
  throw new Error('There is no build to seal: install the development dependencies first');
if (dirname(entry) !== sealed) renameSync(dirname(entry), sealed);
