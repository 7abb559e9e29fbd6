import { failure, success } from '../outcome.ts';
import type { Tool } from '../types.ts';
import { textOf } from './arguments.ts';
import { calculate } from './calculate.ts';

export function calculatorTool(): Tool {
  return {
    name: 'calculator',
    description:
      'Calculates an arithmetic expression exactly. Operators + - * / ^ ! and % (remainder between two numbers; behind a ' +
      'number a percentage: "15% of 80"). Functions such as sqrt, round(x, places), min, max, sum, avg, ln, log10, sin.',
    category: 'utility',
    priceNanoUsd: 0n,
    parameters: {
      type: 'object',
      properties: {
        expression: { type: 'string', description: 'The expression, for example "(17.5 + 3) * 12 / 4".' },
      },
      required: ['expression'],
      additionalProperties: false,
    },
    async run(args) {
      const calculation = calculate(textOf(args, 'expression') ?? '');
      return calculation.ok ? success(calculation.result) : failure(calculation.problem);
    },
  };
}
