import { defineErrors, invalid, type MusterError } from '../lib/errors.ts';

export const crewErrors = defineErrors({
  crew_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'There is no such crew, it was deleted, or it belongs to another account.',
  },
  task_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'There is no such task, it was deleted, or it belongs to another account.',
  },
  crew_busy: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'A job of the crew has not ended. Stop it first, or delete the crew with `?force=true`.',
  },
  crew_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The crew, an agent or a task of it was saved by somebody else since it was read. Read it again and join both changes.',
  },
  task_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The task was saved by somebody else since it was read. Read it again and repeat the change.',
  },
  job_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'There is no such job or batch, or it belongs to another account.',
  },
  job_stopped: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'server_error',
    meaning: 'The job that was to give the answer was stopped by somebody.',
  },
  job_waiting_for_input: {
    // Not 409: clients exist that try again after it by themselves, which would start another job.
    status: 422,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The job that was to give the answer waits for a person. It goes on once somebody has answered in the console or, signed in, with `POST /executions/{id}/resume`; what it makes is then at `GET /executions/{id}`. Do not send the request again: that would start another job, unless its Idempotency-Key is the same. With `stream: true` or `background: true` the wait is part of the call.',
  },
  not_waiting: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The task does not wait for an answer, or has just been given one.',
  },
  max_cost_reached: {
    status: 402,
    platformCode: 'INSUFFICIENT_CREDIT',
    type: 'insufficient_quota',
    meaning:
      'A job or an agent has reached its `max_cost_usd`. Raise the bound and rerun the job from that task.',
  },
  time_limit_reached: {
    status: 504,
    platformCode: 'SERVICE_UNAVAILABLE',
    type: 'server_error',
    meaning: 'A task or job has worked for longer than its `timeout_s`.',
  },
  output_refused: {
    status: 422,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      "A task's output did not pass its `output_schema`, its `guardrail` or a person, as often as it was asked for.",
  },
  model_needed: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'An agent in the files that are imported names no model, or none that there is here. Say in `model` which one to take instead.',
  },
  no_output: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning: 'An agent ended its work on a task without saying anything.',
  },
});

/** A 400 about what a crew is made of; `field` is on the wire's terms. */
export function invalidCrew(field: string, reason: string): MusterError {
  return invalid(field, reason, 'Invalid crew configuration');
}

/** A 400 about a part of a crew, with the field that the part itself named put behind its place. */
export function withinCrew(place: string, error: MusterError): MusterError {
  const { field, reason } = error.details;
  return invalidCrew(field === undefined ? place : `${place}.${field}`, reason ?? error.message);
}
