import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineCommand } from './command.ts';
import { commandGroups } from './commands.ts';
import { UsageError } from './failures.ts';
import { findCommand } from './find-command.ts';
import { parseFlags } from './parse-flags.ts';

const command = defineCommand({
  name: 'thing make',
  summary: '',
  words: 'PLACE [NAME]',
  options: {
    size: { type: 'string', value: 'SIZE', required: true, help: '' },
    tag: { type: 'string', multiple: true, help: '' },
    quick: { type: 'boolean', help: '' },
  },
  run: async () => undefined,
});

describe('parseFlags', () => {
  it('gives every option a value of its kind, wherever it stood', () => {
    assert.deepEqual(parseFlags(command, ['here', '--size', '3', '--tag=a', '--tag', 'b', '--quick']), {
      values: { size: '3', tag: ['a', 'b'], quick: true, help: false },
      words: ['here'],
    });
    assert.deepEqual(parseFlags(command, ['--size=3', '--', '--tag']), {
      values: { size: '3', tag: [], quick: false, help: false },
      words: ['--tag'],
    });
  });

  it('refuses what the command does not take, in one line that says what it takes', () => {
    for (const [args, line] of [
      [['here'], 'muster thing make needs --size SIZE. See: muster help thing make'],
      [['here', '--size', ''], 'muster thing make needs --size SIZE. See: muster help thing make'],
      [['--size', '3'], 'muster thing make needs PLACE. See: muster help thing make'],
      [['a', 'b', 'c', '--size', '3'], "muster thing make takes no 'c'. See: muster help thing make"],
      [
        ['a', '--sise', '3'],
        'muster thing make has no flag --sise. Did you mean --size? See: muster help thing make',
      ],
      [['a', '-x'], 'muster thing make has no flag -x. See: muster help thing make'],
    ] as const) {
      assert.throws(() => parseFlags(command, args), new UsageError(line));
    }
    for (const args of [
      ['a', '--size'],
      ['a', '--size', '3', '--quick=yes'],
      ['a', '--size', '--quick'],
    ]) {
      assert.throws(
        () => parseFlags(command, args),
        (error) => error instanceof UsageError && !error.message.includes('\n'),
      );
    }
  });
});

describe('findCommand', () => {
  const commands = commandGroups.flatMap((group) => group.commands);
  const find = (...args: string[]) => findCommand(commands, args);

  it('finds every command by its name and hands over what stands behind it', () => {
    for (const { name } of commands) {
      const { command: found, rest } = find(...name.split(' '), 'x', '--y');
      assert.equal(found.name, name);
      assert.deepEqual(rest, ['x', '--y']);
    }
  });

  it('says what is near, or what a group has', () => {
    for (const [args, line] of [
      [['kye'], "There is no command 'kye'. Did you mean 'key'? See: muster help"],
      [['zzzzzz'], "There is no command 'zzzzzz'. See: muster help"],
      [['key'], 'muster key needs one of: create, list, revoke. See: muster help key'],
      [['key', '--json'], 'muster key needs one of: create, list, revoke. See: muster help key'],
      [['key', 'make'], "muster key has no 'make'; it has create, list, revoke. See: muster help key"],
    ] as const) {
      assert.throws(() => find(...args), new UsageError(line));
    }
  });
});
