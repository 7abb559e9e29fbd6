import { defineErrors } from '../../../lib/errors.ts';

export const responseErrors = defineErrors({
  previous_response_not_found: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      '`previous_response_id` names no response that can be continued: unknown, deleted, still running, made with `store: false` elsewhere, or evicted after a failed continuation. Send the whole input without it.',
  },
  response_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: "No such stored response, or it is another account's.",
  },
  item_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning:
      'No stored item has this id. Items of responses made with `store: false` are not kept; send them whole.',
  },
  invalid_encrypted_content: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning:
      'An `encrypted_content` was not made by this server for this account, or was altered. Send the item as it was received, or leave it out.',
  },
  response_not_finished: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'The response is still being made; wait for its end, or cancel it.',
  },
  response_not_cancellable: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'Only responses made with `background: true` can be cancelled.',
  },
  upgrade_required: {
    status: 426,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'This address speaks WebSocket. To create a response over HTTP, POST to it.',
  },
  websocket_connection_limit_reached: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'A WebSocket connection lives for 60 minutes. Open another one.',
  },
  websocket_queue_full: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: 'Too many responses wait on one WebSocket connection. Wait for some, or open another one.',
  },
});
