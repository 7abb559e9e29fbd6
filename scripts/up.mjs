// `npm run up`: from a fresh clone to a running server. Runs on any Node >= 20, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const lock = readFileSync('package-lock.json', 'utf8');
const stamp = 'node_modules/.muster-installed';
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stdout.write('Installing the locked dependencies; this takes a minute…\n');
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
  writeFileSync(stamp, lock);
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
