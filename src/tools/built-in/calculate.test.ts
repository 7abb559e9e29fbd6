import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calculate } from './calculate.ts';

function resultOf(expression: string): string {
  const calculation = calculate(expression);
  return calculation.ok ? calculation.result : assert.fail(`${expression}: ${calculation.problem}`);
}

function problemOf(expression: string): string {
  const calculation = calculate(expression);
  return calculation.ok ? assert.fail(`${expression} = ${calculation.result}`) : calculation.problem;
}

test('arithmetic has the usual precedence, functions and spellings', () => {
  const table: Record<string, string> = {
    '2 + 3 * 4': '14',
    '(2 + 3) * 4': '20',
    '2^3^2': '512',
    '-2^2': '-4',
    '2 ** 10': '1024',
    '7 % 3': '1',
    '10 % -3': '1',
    '-7 % 3': '-1',
    '6 ÷ 4 × 2 − 1': '2',
    '√16 + √(9) + 3²': '16',
    'sqrt(2) ^ 2': '2',
    'max(1, 7, 3) - min(4, 2)': '5',
    'round(2.5)': '3',
    'round(-2.5)': '-3',
    'round(1.005, 2)': '1.01',
    'round(1234, -2)': '1200',
    'avg(1, 2, 3.5) + sum(1, 2)': '5.16666666666667',
    'log10(1000) + log2(8) + ln(e)': '7',
    '2 * pi': '6.28318530717959',
    '5! / 3!': '20',
    '1e3 + 0x10': '1016',
    '.5 + 1.': '1.5',
    'floor(-1.5) + ceil(1.2) + trunc(2.9) + abs(-4)': '6',
  };
  for (const [expression, result] of Object.entries(table))
    assert.equal(resultOf(expression), result, expression);
});

test('results carry no noise of the binary form', () => {
  assert.equal(resultOf('0.1 + 0.2'), '0.3');
  assert.equal(resultOf('0.1 + 0.2 - 0.3'), '0');
  assert.equal(resultOf('1.1 * 3'), '3.3');
  assert.equal(resultOf('4.35 * 100'), '435');
  assert.equal(resultOf('1 / 3'), '0.333333333333333');
  assert.equal(resultOf('2 / 3 * 3'), '2');
  assert.equal(resultOf('1e-9'), '1e-9');
});

test('whole numbers are exact beyond doubles, and a result that was rounded says so', () => {
  assert.equal(resultOf('123456789 * 987654321'), '121932631112635269');
  assert.equal(resultOf('2^64'), '18446744073709551616');
  assert.equal(resultOf('25!'), '15511210043330985984000000');
  assert.equal(resultOf('12345678901234567890 + 1'), '12345678901234567891');
  assert.equal(resultOf('2^200 / 2^198'), '4');
  assert.equal(resultOf('(2^64 + 1) % 2^64'), '1');
  assert.match(resultOf('sqrt(2^128) * 1.5'), /rounded to 15 digits/);
});

test('property: sums and products of whole numbers are those of BigInt', () => {
  const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      assert.equal(resultOf(`(${a}) + (${b})`), String(a + b));
      assert.equal(resultOf(`(${a}) - (${b})`), String(a - b));
      assert.equal(resultOf(`(${a}) * (${b})`), String(a * b));
    }),
  );
});

test('a percent sign behind a number is a percentage; where it would be ambiguous the way out is named', () => {
  assert.equal(resultOf('15% of 80'), '12');
  assert.equal(resultOf('50 * 10%'), '5');
  assert.equal(resultOf('200 * (1 + 10%)'), '220');
  assert.equal(resultOf('50 - 10% of 50'), '45');
  assert.equal(resultOf('percent(15, 80)'), '12');
  assert.match(problemOf('200 + 10%'), /ambiguous.*200 \* \(1 \+ 10%\)/);
  assert.match(problemOf('(100 + 1) - 5%'), /ambiguous/);
  assert.match(problemOf('(5 + 5)%'), /percent sign/);
});

test('what has no finite real value is told as such', () => {
  for (const expression of [
    '1/0',
    '-1/0',
    '10^400 * 10^400 * 10^400',
    '2^1e9',
    '9!!',
    '2^3400',
    '10^1e300',
  ]) {
    assert.match(problemOf(expression), /too large/, expression);
  }
  for (const expression of ['sqrt(-1)', '0/0', 'ln(-1)', '5 % 0', 'asin(2)']) {
    assert.match(problemOf(expression), /not a real number/, expression);
  }
  assert.match(problemOf('(-1)!'), /factorial/);
  assert.match(problemOf('2.5!'), /factorial/);
});

test('what is not arithmetic is refused in words, and nothing of the language behind it can be reached', () => {
  const probes = [
    '',
    '   ',
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'toString()',
    'valueOf(1)',
    'hasOwnProperty(1)',
    'constructor.constructor("return process")()',
    '1 .constructor',
    'sqrt.constructor',
    'max.call(1)',
    '[1,2]',
    '"a"',
    "'a' + 1",
    '`a`',
    'a = 5',
    'f(x) = x',
    '1; 2',
    '1 == 1',
    '1 > 0',
    'true',
    'x',
    'sqrt',
    'max(sqrt)',
    'sqrt(4, 9)',
    'min()',
    'random()',
    'map(sqrt, 4)',
    'if(1, 2, 3)',
    '1 /* comment */ + 2',
    '{{7*7}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a probe
    '${7*7}',
    '((((((',
    '1 2',
    '1..2',
    '1,000 + 5',
    'log(100)',
    'process',
    'globalThis',
    'not 1',
    '☃',
    '1'.repeat(1_001),
  ];
  for (const probe of probes) assert.ok(problemOf(probe).length > 10, probe);
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('the deepest and longest expressions end at once', () => {
  const started = process.cpuUsage();
  for (const expression of [
    '('.repeat(999),
    `${'('.repeat(400)}1${')'.repeat(400)}`,
    `${'-'.repeat(999)}1`,
    `1${'!'.repeat(999)}`,
    `${'400!*'.repeat(190)}1`,
    `9${'^9'.repeat(499)}`,
    `2${'^2'.repeat(499)}`,
    `max(${'1,'.repeat(150)}2)`,
    `${'sqrt('.repeat(190)}2${')'.repeat(190)}`,
    `1${' '.repeat(900)}%`,
    '1%+'.repeat(333),
    `${'9'.repeat(900)}^99`,
    `${'9'.repeat(499)}*${'9'.repeat(499)}`,
  ]) {
    calculate(expression);
  }
  assert.ok(process.cpuUsage(started).user < 4_000_000, 'less than four seconds of work');
});

test('property: any text whatever gives a result or a problem, at once', () => {
  const pieces = fc.constantFrom(
    ...[
      '1',
      '2.5',
      '0',
      '9e99',
      '400',
      '+',
      '-',
      '*',
      '/',
      '^',
      '%',
      '!',
      '(',
      ')',
      ',',
      ' of ',
      'sqrt',
      'max(',
      'round(',
    ],
    ...[
      'pi',
      'e',
      'x',
      '_0',
      '__proto__',
      'constructor',
      '12345678901234567890',
      '0x',
      '.',
      ' ',
      '\n',
      '²',
      '√',
      '%)',
    ],
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const started = process.cpuUsage();
      const calculation = calculate(text);
      assert.equal(typeof (calculation.ok ? calculation.result : calculation.problem), 'string');
      if (calculation.ok) assert.match(calculation.result, /^-?\d[\d.e+-]*( \(rounded.*\))?$/);
      assert.ok(process.cpuUsage(started).user < 2_000_000, 'less than two seconds of work');
    }),
    { numRuns: 2_000 },
  );
});
