import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ConfigError } from './load-config.ts';
import { loadSecretKey } from './secret-key.ts';

const root = mkdtempSync(join(tmpdir(), 'muster-secret-key-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newHome = () => join(root, `home-${++count}`);

describe('loadSecretKey', () => {
  it('makes a key once, readable by its owner only, and loads the same one afterwards', () => {
    const home = newHome();
    const first = loadSecretKey(home);
    assert.equal(first.made, true);
    assert.equal(first.key.length, 32);
    assert.equal(statSync(join(home, 'secret.key')).mode & 0o777, 0o600);
    assert.deepEqual(loadSecretKey(home), { key: first.key, made: false, warnings: [] });
    assert.deepEqual(readdirSync(home), ['secret.key'], 'no draft is left behind');
    assert.notDeepEqual(loadSecretKey(newHome()).key, first.key, 'two installations have different keys');
  });

  it('gives processes that start at once the same key', async () => {
    const home = newHome();
    const script = `
      const { loadSecretKey } = await import(${JSON.stringify(new URL('./secret-key.ts', import.meta.url).href)});
      process.stdout.write(loadSecretKey(${JSON.stringify(home)}).key.toString('hex'));`;
    const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const keys = await Promise.all([start(), start(), start(), start()]);
    assert.equal(new Set(keys.map(({ stdout }) => stdout)).size, 1);
    assert.equal(keys[0]?.stdout, loadSecretKey(home).key.toString('hex'));
    assert.deepEqual(readdirSync(home), ['secret.key']);
  });

  it('closes a file that others can read, and says so', { skip: process.platform === 'win32' }, () => {
    const home = newHome();
    const { key } = loadSecretKey(home);
    chmodSync(join(home, 'secret.key'), 0o644);
    const again = loadSecretKey(home);
    assert.deepEqual(again.key, key);
    assert.match(again.warnings[0] ?? '', /0644/);
    assert.equal(statSync(join(home, 'secret.key')).mode & 0o777, 0o600);
    assert.deepEqual(loadSecretKey(home).warnings, []);
  });

  it('stops at a damaged file with one line that names it, and leaves the file alone', () => {
    for (const damage of ['', 'changeme', 'x'.repeat(44), Buffer.alloc(31).toString('base64')]) {
      const home = newHome();
      loadSecretKey(home);
      const path = join(home, 'secret.key');
      writeFileSync(path, damage);
      assert.throws(
        () => loadSecretKey(home),
        (error) =>
          error instanceof ConfigError && error.message.startsWith(path) && !error.message.includes('\n'),
      );
      assert.equal(readFileSync(path, 'utf8'), damage);
    }
  });
});
