const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bsquare root of\s+(\d+(?:\.\d+)?)/gi, 'sqrt($1)'],
  [/(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)/gi, '$1 / 100 * $2'],
  [/(?<=[\d)]\s*)(?:times|multiplied by|[x×·])(?=\s*[\d(-])/gi, '*'],
  [/(?<=[\d)]\s*)(?:divided by|over|÷)(?=\s*[\d(-])/gi, '/'],
  [/(?<=[\d)]\s*)plus(?=\s*[\d(-])/gi, '+'],
  [/(?<=[\d)]\s*)minus(?=\s*[\d(-])/gi, '-'],
  [/(?<=[\d)]\s*)(?:to the power of|\*\*)(?=\s*[\d(-])/gi, '^'],
  [/(\d+(?:\.\d+)?)\s+squared\b/gi, '$1^2'],
];

const NOT_ARITHMETIC = [/\b\d{4}-\d{1,2}-\d{1,2}\b/g, /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b/g, /\bhttps?:\/\/\S+/gi];

/** Of a message, what is looked at: the patterns below take time by the square of it. */
const MAX_CHARS = 2_000;

/**
 * The arithmetic expression that a message asks about, or undefined: `12*7+3`, `what is 17 times 3`, `15% of 80`.
 * The longest run of numbers and operators with at least one operator between two operands.
 */
export function findExpression(message: string): string | undefined {
  let text = message.slice(0, MAX_CHARS);
  for (const pattern of NOT_ARITHMETIC) text = text.replace(pattern, ' ');
  text = text.replace(/(\d),(?=\d{3}\b)/g, '$1');
  for (const [pattern, symbol] of WORDS) text = text.replace(pattern, symbol);
  const runs = text.match(/(?:sqrt\()?[-(]*\d[\d\s.+*/^%()-]*/g) ?? [];
  let best: string | undefined;
  for (const run of runs) {
    const expression = tidy(run);
    if (expression !== undefined && expression.length > (best?.length ?? 0)) best = expression;
  }
  return best;
}

function tidy(run: string): string | undefined {
  let text = run.trim().replace(/[\s.+*/^%(-]+$/, '');
  while (count(text, ')') > count(text, '(') && text.endsWith(')')) text = text.slice(0, -1).trimEnd();
  while (count(text, '(') > count(text, ')') && text.startsWith('(')) text = text.slice(1).trimStart();
  if (count(text, '(') !== count(text, ')')) return undefined;
  // Two numbers side by side are no arithmetic, nor is a lone number.
  if (/\d\s+\d/.test(text)) return undefined;
  return /[\d)]\s*[-+*/^%]\s*[-(]*\d|sqrt\(/.test(text) ? text : undefined;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
