import { defineErrors } from '../lib/errors.ts';

/** Why a job failed when it was not its own work that said so. They stand in the job's `error`, never in a reply's status. */
export const engineErrors = defineErrors({
  crash_loop: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning:
      'The server died several times while this job ran, without a step finished in between. It is not tried again; rerun it once the cause is found.',
  },
  job_changed: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning:
      'A job that was taken up again asked for other steps than it had finished before. Its definition or the server changed in between; rerun it.',
  },
  outcome_unknown: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning:
      'A tool call was cut off, it is not known whether it took effect, and a person decided that the job ends there, or there was nobody to ask.',
  },
  wait_ignored: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning: 'A job ended although a part of it waits for an answer: a fault of the server.',
  },
  step_refused: {
    status: 500,
    platformCode: 'INTERNAL_ERROR',
    type: 'server_error',
    meaning:
      'The writes that belong to a finished step were refused by the stored state. The log names the guard.',
  },
});
