import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { Environment } from './command.ts';
import { createScreen } from './screen.ts';

function screenOf(isTTY: boolean, env: Environment = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const screen = createScreen(stream, env);
  return { screen, written: () => (stream.read(stream.readableLength || 1) ?? '').toString() };
}

describe('a screen', () => {
  it('has colours on a terminal only, and not against NO_COLOR', () => {
    assert.equal(screenOf(true).screen.dim('x'), '\x1b[2mx\x1b[22m');
    assert.equal(screenOf(true, { NO_COLOR: '1' }).screen.dim('x'), 'x');
    assert.equal(screenOf(true, { TERM: 'dumb' }).screen.bold('x'), 'x');
    assert.equal(screenOf(false).screen.bold('x'), 'x');
  });

  it('keeps what would steer the terminal from it, and changes nothing on its way to a file', () => {
    const nasty = 'a\x1b[2Jb\x1b]0;title\x07c\r\x9bd\x7f\ttab\n';
    const terminal = screenOf(true);
    terminal.screen.write(nasty);
    assert.equal(terminal.written(), 'a[2Jb]0;titlecd\ttab\n');
    terminal.screen.line(terminal.screen.dim('\x1b[31mred'));
    assert.equal(terminal.written(), '\x1b[2m[31mred\x1b[22m\n');
    const file = screenOf(false);
    file.screen.write(nasty);
    assert.equal(file.written(), nasty);
  });

  it('lays rows out in columns, each on one line', () => {
    const { screen, written } = screenOf(false);
    screen.table(
      ['ID', 'NAME'],
      [
        ['a', 'one\ntwo'],
        ['longer', ''],
      ],
    );
    assert.equal(written(), 'ID      NAME\na       one two\nlonger\n');
    screen.table(['ID'], []);
    assert.equal(written(), '');
  });
});
