import { FUNCTION_NAMES, parser } from './calculator-language.ts';
import { NotCalculable } from './exact-arithmetic.ts';

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
    return problem(reasonOf(cause));
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
  if (/\)\s*%\s*($|[)+*/^,]|of\b)/.test(expression)) {
    return 'A percent sign stands behind a number only; behind a parenthesis write / 100.';
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
  const before = text.slice(0, at);
  // To 1 it is the same either way: one and a tenth.
  const isAmbiguous = /[\d)%]\s*[+-]\s*$/.test(before) && !/(^|[(,])\s*1\s*[+-]\s*$/.test(before);
  if (isAmbiguous && !/^([*/]|of\b)/i.test(after)) {
    throw new NotCalculable(
      'Adding a percentage is ambiguous. For ten percent more write 200 * (1 + 10%), for a tenth more 200 + 0.1.',
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
  if (cause instanceof NotCalculable) return cause.message;
  if (cause instanceof RangeError) return 'The expression is nested too deeply.';
  const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'it cannot be read';
  return `The expression cannot be calculated: ${why}. Functions: ${FUNCTION_NAMES.join(', ')}.`;
}
