import { billingErrors } from '../../billing/index.ts';
import { engineErrors } from '../../engine/index.ts';
import { commonErrors } from '../../lib/errors.ts';
import { modelErrors } from '../../models/index.ts';
import { runErrors } from '../../runs/index.ts';
import { toolErrors } from '../../tools/index.ts';
import { crewErrors } from '../errors.ts';

const CODES = new Map(
  [commonErrors, billingErrors, crewErrors, engineErrors, modelErrors, runErrors, toolErrors]
    .flatMap((errors) => Object.values(errors))
    .map(({ code, spec }) => [code, spec.platformCode]),
);

/** The Platform API's code for why a job or task failed. */
export function platformCodeOf(code: string): string {
  return CODES.get(code) ?? commonErrors.internal_error.spec.platformCode;
}
