import { defineErrors, type MusterError } from '../lib/errors.ts';

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
    meaning: 'The request adds nothing to the conversation: send at least one message that is new.',
  },
  tool_results_missing: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'A tool message answers no call of the conversation, or calls of the last answer are left without their results.',
  },
  stopped: {
    status: 499,
    platformCode: 'SERVICE_UNAVAILABLE',
    type: 'server_error',
    meaning: 'The client went away, or the server is going down, before the answer was complete.',
  },
});

export function stoppedByCaller(): MusterError {
  return runErrors.stopped('The caller went away before the answer was complete.');
}
