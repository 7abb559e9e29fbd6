import { defineErrors, MusterError } from '../lib/errors.ts';

export const runErrors = defineErrors({
  conversation_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: "No such conversation with this agent, or it is another account's.",
  },
  message_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: '`parent_message_id` names no message of the conversation.',
  },
  nothing_to_answer: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'The request adds nothing to the conversation: send at least one message that is new. A crew needs a text of the user, or `metadata.inputs`.',
  },
  tool_results_missing: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'A tool message answers no call of the conversation, or calls of the last answer are left without their results.',
  },
  output_schema_mismatch: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning:
      "The model's answer does not fit the JSON schema of the request, even after it was asked once more. Simplify the schema or use another model.",
  },
  tool_choice_not_honoured: {
    status: 502,
    platformCode: 'UPSTREAM_ERROR',
    type: 'upstream_error',
    meaning:
      'The request demands a tool call and the model made none. Use a model that supports `tool_choice`.',
  },
  stopped: {
    status: 499,
    platformCode: 'SERVICE_UNAVAILABLE',
    type: 'server_error',
    meaning: 'The client went away, or the server was stopped, before the answer was complete.',
  },
});

/** Told of what `signal` has ended: why, where whoever aborted it knows that. */
export function stoppedBy({ reason }: AbortSignal): MusterError {
  return reason instanceof MusterError ? reason : stoppedByCaller();
}

export function stoppedByCaller(): MusterError {
  return runErrors.stopped(
    'The answer was stopped before it was complete: the caller went away, or the server was stopped.',
  );
}
