import { billingErrors } from '../../billing/index.ts';
import { engineErrors } from '../../engine/index.ts';
import { commonErrors, type ErrorFactory, MusterError } from '../../lib/errors.ts';
import { modelErrors } from '../../models/index.ts';
import { runErrors } from '../../runs/index.ts';
import { toolErrors } from '../../tools/index.ts';
import { crewErrors } from '../errors.ts';

const FACTORIES: ReadonlyMap<string, ErrorFactory> = new Map(
  [commonErrors, billingErrors, crewErrors, engineErrors, modelErrors, runErrors, toolErrors]
    .flatMap((errors) => Object.values(errors))
    .map((factory) => [factory.code, factory]),
);

/** The Platform API's code for why a job or task failed. */
export function platformCodeOf(code: string): string {
  return (FACTORIES.get(code) ?? commonErrors.internal_error).spec.platformCode;
}

/** Why a job failed, as an error of a request that waited for it; undefined for what is nobody's to be told. */
export function crewError(failure: {
  readonly code?: string;
  readonly message: string;
}): MusterError | undefined {
  if (failure instanceof MusterError) return failure;
  return FACTORIES.get(failure.code ?? '')?.(failure.message);
}
