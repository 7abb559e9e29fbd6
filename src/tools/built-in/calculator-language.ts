import { Parser } from 'expr-eval-fork';
import {
  add,
  divide,
  factorial,
  multiply,
  NotCalculable,
  type Numeric,
  negate,
  power,
  remainder,
} from './exact-arithmetic.ts';

type Fn<T> = (...args: T[]) => T;

/** Checks the count and kind of arguments; the parser itself would take `sqrt(4, 9)` and `sqrt(max)`. */
function checked(name: string, least: number, most: number, fn: Fn<Numeric>): Fn<Numeric> {
  return (...args) => {
    if (args.length < least || args.length > most) {
      const count = least === most ? least : `${least} or more`;
      throw new NotCalculable(`${name} takes ${count} argument${most === 1 ? '' : 's'}.`);
    }
    if (args.some((arg) => typeof arg !== 'number' && typeof arg !== 'bigint')) {
      throw new NotCalculable(`${name} takes numbers.`);
    }
    return fn(...args);
  };
}

function ofDoubles(name: string, least: number, most: number, fn: Fn<number>): Fn<Numeric> {
  return checked(name, least, most, (...args) => fn(...args.map(Number)));
}

/** Half away from zero, as taught at school; by decimal shift, so that round(1.005, 2) is 1.01. */
function round(value: number, places = 0): number {
  if (!Number.isInteger(places) || Math.abs(places) > 300)
    throw new NotCalculable('round takes whole places up to 300.');
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

export const FUNCTION_NAMES = Object.keys(FUNCTIONS);

/**
 * The parser with its language cut down to arithmetic. Its tables are looked up with `in`, so each is replaced by one
 * without a prototype: `constructor` is then a name like any other unknown one.
 */
export const parser = Object.assign(
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
