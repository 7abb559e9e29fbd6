import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { packageRoot } from '../lib/package-files.ts';
import { commandGroups } from './commands.ts';
import { runCommandLine } from './run-command-line.ts';

const commands = commandGroups.flatMap((group) => group.commands);
const WIDTH = 120;

async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const said = { output: '', errors: '' };
  const stream = (name: keyof typeof said) =>
    new PassThrough().on('data', (chunk) => {
      said[name] += String(chunk);
    });
  const streams = { output: stream('output'), errors: stream('errors') };
  const code = await runCommandLine(args, { env: {}, input: new PassThrough(), ...streams });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...said };
}

describe('muster help', () => {
  it('lists every command once', async () => {
    for (const args of [[], ['help'], ['--help']]) {
      const { code, output } = await run(...args);
      assert.equal(code, 0);
      for (const { name, summary } of commands) {
        const lines = output
          .split('\n')
          .filter((line) => line.startsWith(`  ${name} `) && line.endsWith(summary));
        assert.equal(lines.length, 1, name);
      }
    }
  });

  it('explains every command with each of its flags, in lines that fit', async () => {
    for (const { name, options } of commands) {
      const { code, output } = await run('help', ...name.split(' '));
      assert.equal(code, 0);
      assert.ok(output.startsWith(`Usage: muster ${name}`), output);
      for (const flag of Object.keys(options))
        assert.match(output, new RegExp(`^ {2}--${flag}\\b`, 'm'), name);
      assert.deepEqual(
        output.split('\n').filter((line) => line.length > WIDTH),
        [],
        name,
      );
      assert.deepEqual(await run(...name.split(' '), '--help'), { code: 0, output, errors: '' });
    }
  });

  it('tells of a group of commands, asked in either way', async () => {
    const asked = await run('help', 'account');
    assert.match(asked.output, /account export/);
    assert.deepEqual(await run('account', '--help'), asked);
  });

  it('is in the guide: every command, and no command or flag that there is not', () => {
    const guide = readFileSync(new URL('docs/guide/command-line.md', packageRoot), 'utf8');
    for (const { name } of commands.filter((command) => command.name !== 'serve')) {
      assert.ok(guide.includes(`muster ${name}`), `the guide does not tell of muster ${name}`);
    }
    // `run list` before `run`.
    const longestFirst = commands.toSorted((a, b) => b.name.length - a.name.length);
    for (const [, line = ''] of guide.matchAll(/muster ((?:[^`\n)]|\\\n)+)/g)) {
      const words = line.split(/\s+/);
      const command = longestFirst.find(({ name }) =>
        name.split(' ').every((word, at) => words[at] === word),
      );
      for (const [, flag = ''] of command ? line.matchAll(/--([a-z-]+)/g) : []) {
        assert.ok(command && Object.hasOwn(command.options, flag), `muster ${line}`);
      }
    }
  });

  it('refuses what there is not, with exit code 2 and nothing on standard output', async () => {
    for (const args of [['kye'], ['help', 'kye'], ['key'], ['key', 'create'], ['backup']]) {
      const { code, output, errors } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(output, '');
      assert.equal(errors.trim().split('\n').length, 1, errors);
    }
  });
});
