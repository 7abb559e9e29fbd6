import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseParser } from './response-parser.ts';

interface Answer {
  status: number;
  body: string;
  reusable?: boolean;
}

function parse(text: string, pieceBytes = text.length): Answer[] {
  const answers: Answer[] = [];
  const latest = (): Answer => {
    const answer = answers.at(-1);
    assert.ok(answer, 'a head comes first');
    return answer;
  };
  const parser = new ResponseParser({
    head: (status) => void answers.push({ status, body: '' }),
    body: (data, start, end) => {
      latest().body += data.toString('latin1', start, end);
    },
    end: (reusable) => {
      latest().reusable = reusable;
    },
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) parser.push(bytes.subarray(at, at + pieceBytes));
  return answers;
}

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"a":"b\\n"}';
const CHUNKED =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1A;ext=5\r\n, this has 26 letters here\r\n0\r\n\r\n';

test('bodies by length and by chunks come out whole at any cut of the bytes', () => {
  for (let pieceBytes = 1; pieceBytes <= CHUNKED.length; pieceBytes++) {
    assert.deepEqual(parse(LENGTH + CHUNKED + LENGTH, pieceBytes), [
      { status: 200, body: '{"a":"b\\n"}', reusable: true },
      { status: 200, body: 'hello, this has 26 letters here', reusable: true },
      { status: 200, body: '{"a":"b\\n"}', reusable: true },
    ]);
  }
});

test('trailers after the last chunk belong to no body', () => {
  const answers = parse(
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-a: b\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
  );
  assert.deepEqual(answers, [
    { status: 200, body: 'ok', reusable: true },
    { status: 204, body: '', reusable: true },
  ]);
});

test('an answer that closes the connection says so', () => {
  const answers = parse('HTTP/1.1 402 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
  assert.deepEqual(answers, [{ status: 402, body: 'no', reusable: false }]);
});

test('an answer cut in the middle never ends', () => {
  assert.deepEqual(parse(CHUNKED.slice(0, -5)), [{ status: 200, body: 'hello, this has 26 letters here' }]);
});

test('a body without length or chunks ends with the connection', () => {
  let ended = false;
  const parser = new ResponseParser({
    head: () => {},
    body: () => {},
    end: (reusable) => {
      ended = !reusable;
    },
  });
  parser.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\nabc'));
  assert.equal(ended, false);
  parser.close();
  assert.equal(ended, true);
});

test('a chunk size that is no number is an error, not a wrong length', () => {
  assert.throws(() => parse('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'), /hexadecimal/);
});
