import { Parser } from 'expr-eval-fork';
import {
  add,
  divide,
  factorial,
  multiply,
  type Numeric,
  negate,
  power,
  remainder,
} from './exact-arithmetic.ts';

const MAX_EXPRESSION_LENGTH = 1_000;
/** A double shows at most this many digits without the noise of its binary form. */
const DIGITS = 15;

export type Calculation =
  | { readonly ok: true; readonly result: string }
  | { readonly ok: false; readonly problem: string };

/**
 * The value of an arithmetic expression as a decimal text without binary noise (0.1 + 0.2 is `0.3`), or what is wrong
 * with it. Whole numbers are exact up to 1,000 digits; a result that had to be rounded says so. Never throws, and ends
 * within a bound that the length of the expression sets: the language has no loops, assignments, strings or members.
 */
export function calculate(expression: string): Calculation {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    return problem(`The expression is longer than ${MAX_EXPRESSION_LENGTH} characters; split it up.`);
  }
  const refusal = refusalOf(expression);
  if (refusal !== undefined) return problem(refusal);
  let value: unknown;
  try {
    const { text, longNumbers } = withoutLongNumbers(normalized(expression));
    value = parser.parse(text).evaluate(longNumbers);
  } catch (cause) {
    return problem(cause instanceof RangeError ? 'The expression is nested too deeply.' : reasonOf(cause));
  }
  if (typeof value === 'bigint') return { ok: true, result: String(value) };
  if (typeof value !== 'number') return problem('The expression has no number as its value.');
  if (Number.isNaN(value)) {
    return problem('The result is not a real number (such as the root of a negative number, or 0/0).');
  }
  if (!Number.isFinite(value)) return problem('The result is too large, or something is divided by zero.');
  return { ok: true, result: format(value) };
}

/** The parser would read long whole numbers as rounded doubles, so they are handed over beside the text. */
function withoutLongNumbers(text: string) {
  const longNumbers = Object.create(null);
  let count = 0;
  const short = text.replaceAll(/(?<![\w.])\d{16,}(?![\w.])/g, (digits) => {
    const name = `_${count++}`;
    longNumbers[name] = BigInt(digits);
    return name;
  });
  return { text: short, longNumbers };
}

function problem(text: string): Calculation {
  return { ok: false, problem: text };
}

function refusalOf(expression: string): string | undefined {
  if (expression.trim() === '') return 'The expression is empty.';
  const strange = /[^\w\s.,+\-*/^%!()×÷·−√π²³]/u.exec(expression);
  if (strange)
    return `'${strange[0]}' is not part of arithmetic here. Use numbers, + - * / ^ % ! ( ) and functions.`;
  if (expression.includes('/*')) return "'/*' is not an operator.";
  if (/\d,\d{3}(?!\d)/.test(expression) && !/[a-z]\w*\s*\(/i.test(expression)) {
    return 'Write numbers without thousands separators: 1000000, not 1,000,000.';
  }
  if (/(?<!\w)log\s*\(/.test(expression)) return 'log is ambiguous: write log10(x), log2(x) or ln(x).';
  return undefined;
}

/** Other spellings of the same arithmetic. */
function normalized(expression: string): string {
  const ascii = expression
    .replaceAll('**', '^')
    .replaceAll(/[×·]/g, '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-')
    .replaceAll('π', ' pi ')
    .replaceAll('²', '^2')
    .replaceAll('³', '^3')
    .replaceAll(/√\s*(?=\()/g, 'sqrt')
    .replaceAll(/√\s*([\d.]+)/g, 'sqrt($1)');
  return ascii.replaceAll(PERCENT, percentage).replaceAll(/\bof\b/gi, '*');
}

const PERCENT = /(?<![\w.])([\d.]+)(\s*)%/g;

/** `15%` is 0.15 and `15% of x` multiplies, while `7 % 3` stays the remainder. */
function percentage(whole: string, number: string, space: string, at: number, text: string): string {
  const after = text.slice(at + whole.length).trimStart();
  if (!(/^($|[)+*/^,]|of\b)/i.test(after) || (after.startsWith('-') && space === ''))) return whole;
  if (/[\d)%]\s*[+-]\s*$/.test(text.slice(0, at)) && !/^([*/]|of\b)/i.test(after)) {
    throw new Error(
      'adding a percentage is ambiguous; write 200 * (1 + 0.1) for ten percent more, or 200 + 0.1',
    );
  }
  return `(${number}/100)`;
}

function format(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  return Number.isInteger(value)
    ? `${rounded.toExponential()} (rounded to ${DIGITS} digits)`
    : String(rounded);
}

function reasonOf(cause: unknown): string {
  const why = cause instanceof Error ? cause.message : 'it cannot be read';
  return `The expression cannot be calculated: ${why.replace(/\.$/, '')}. Functions: ${Object.keys(FUNCTIONS).join(', ')}.`;
}

type Fn<T> = (...args: T[]) => T;

/** Checks the count and kind of arguments; the parser itself would take `sqrt(4, 9)` and `sqrt(max)`. */
function checked(name: string, least: number, most: number, fn: Fn<Numeric>): Fn<Numeric> {
  return (...args) => {
    if (args.length < least || args.length > most) {
      const count = least === most ? least : `${least} or more`;
      throw new Error(`${name} takes ${count} argument${most === 1 ? '' : 's'}`);
    }
    if (args.some((arg) => typeof arg !== 'number' && typeof arg !== 'bigint')) {
      throw new Error(`${name} takes numbers`);
    }
    return fn(...args);
  };
}

function ofDoubles(name: string, least: number, most: number, fn: Fn<number>): Fn<Numeric> {
  return checked(name, least, most, (...args) => fn(...args.map(Number)));
}

/** Half away from zero, as taught at school; by decimal shift, so that round(1.005, 2) is 1.01. */
function round(value: number, places = 0): number {
  if (!Number.isInteger(places) || Math.abs(places) > 300) throw new Error('round takes whole places');
  const shift = (number: number, by: number): number => {
    const [digits = '0', exponent = '0'] = String(number).split('e');
    return Number(`${digits}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * shift(Math.round(shift(Math.abs(value), places)), -places);
}

function total(...args: Numeric[]): Numeric {
  return args.reduce(add);
}

function unary(fn: (a: Numeric) => Numeric): Fn<Numeric> {
  return (a = 0) => fn(a);
}

function binary(fn: (a: Numeric, b: Numeric) => Numeric): Fn<Numeric> {
  return (a = 0, b = 0) => fn(a, b);
}

const MANY = 200;
const FUNCTIONS: Readonly<Record<string, Fn<Numeric>>> = {
  sqrt: ofDoubles('sqrt', 1, 1, Math.sqrt),
  cbrt: ofDoubles('cbrt', 1, 1, Math.cbrt),
  abs: ofDoubles('abs', 1, 1, Math.abs),
  round: ofDoubles('round', 1, 2, round),
  floor: ofDoubles('floor', 1, 1, Math.floor),
  ceil: ofDoubles('ceil', 1, 1, Math.ceil),
  trunc: ofDoubles('trunc', 1, 1, Math.trunc),
  sign: ofDoubles('sign', 1, 1, Math.sign),
  min: ofDoubles('min', 1, MANY, Math.min),
  max: ofDoubles('max', 1, MANY, Math.max),
  sum: checked('sum', 1, MANY, total),
  avg: checked('avg', 1, MANY, (...args) => divide(total(...args), args.length)),
  pow: checked('pow', 2, 2, binary(power)),
  percent: ofDoubles('percent', 2, 2, (rate, base) => (rate * base) / 100),
  hypot: ofDoubles('hypot', 1, MANY, Math.hypot),
  exp: ofDoubles('exp', 1, 1, Math.exp),
  ln: ofDoubles('ln', 1, 1, Math.log),
  log10: ofDoubles('log10', 1, 1, Math.log10),
  log2: ofDoubles('log2', 1, 1, Math.log2),
  sin: ofDoubles('sin', 1, 1, Math.sin),
  cos: ofDoubles('cos', 1, 1, Math.cos),
  tan: ofDoubles('tan', 1, 1, Math.tan),
  asin: ofDoubles('asin', 1, 1, Math.asin),
  acos: ofDoubles('acos', 1, 1, Math.acos),
  atan: ofDoubles('atan', 1, 1, Math.atan),
  atan2: ofDoubles('atan2', 2, 2, Math.atan2),
  factorial: checked('factorial', 1, 1, unary(factorial)),
};

/**
 * The parser with its language cut down to arithmetic. Its tables are looked up with `in`, so each is replaced by one
 * without a prototype: `constructor` is then a name like any other unknown one.
 */
const parser = Object.assign(
  new Parser({
    allowMemberAccess: false,
    operators: {
      assignment: false,
      comparison: false,
      concatenate: false,
      conditional: false,
      fndef: false,
      in: false,
      logical: false,
    },
  }),
  {
    unaryOps: bare({
      '-': checked('-', 1, 1, unary(negate)),
      '+': checked(
        '+',
        1,
        1,
        unary((a) => a),
      ),
      '!': checked('!', 1, 1, unary(factorial)),
    }),
    binaryOps: bare({
      '+': checked('+', 2, 2, binary(add)),
      '-': checked(
        '-',
        2,
        2,
        binary((a, b) => add(a, negate(b))),
      ),
      '*': checked('*', 2, 2, binary(multiply)),
      '/': checked('/', 2, 2, binary(divide)),
      '%': checked('%', 2, 2, binary(remainder)),
      '^': checked('^', 2, 2, binary(power)),
    }),
    ternaryOps: bare({}),
    functions: bare(FUNCTIONS),
    consts: bare({ pi: Math.PI, PI: Math.PI, e: Math.E, E: Math.E }),
  },
);

function bare<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.freeze(Object.assign(Object.create(null), table));
}
