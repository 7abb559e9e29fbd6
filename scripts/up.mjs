// `npm run up`: from a fresh clone to a running server. Runs on any Node >= 20, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

if (!isInstalled()) {
  process.stdout.write('Installing the locked dependencies; this takes a minute…\n');
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
}

// What `npm start` does, without npm and a shell in between: they hand no signal on.
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const [, ...options] = scripts.start.split(' ');
const node = `node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
const server = spawn(node, [...options, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches the server by itself; a second signal would end it without waiting for open requests.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => server.kill('SIGTERM'));
server.on('exit', (code) => process.exit(code ?? 1));
// A signal to npm ends npm and its shell, which hand it to nobody: once they are gone, it was meant for the server.
const shell = process.ppid;
const look = setInterval(() => {
  if (process.ppid === shell) return;
  clearInterval(look);
  server.kill('SIGTERM');
}, 500).unref();

/** Whether npm's own record of what it has installed says all that the lock file asks for on this system. */
function isInstalled() {
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const wanted = Object.entries(packagesOf('package-lock.json')).filter(([path]) => path !== '');
  let installed;
  try {
    installed = packagesOf('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return wanted.every(([path, { integrity, optional, devOptional }]) => {
    const found = installed[path];
    return found ? found.integrity === integrity : optional || devOptional;
  });
}
