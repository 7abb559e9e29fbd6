import { defineErrors } from '../lib/errors.ts';

export const toolErrors = defineErrors({
  tool_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'No tool has that name. GET /tools lists them.',
  },
  tool_name_taken: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'A tool is built in under that name, or the account has or had one of that name. Change that one, or choose another name.',
  },
  tool_in_use: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'Agents or tasks use the tool; `details` names them. Take it from them first, or delete it with `?force=true`.',
  },
  tool_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning:
      'The tool, or MCP server, was moved to another origin while a credential for it was sent. Read it again and retry.',
  },
  tool_limit_reached: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The account has as many tools, or MCP servers, as an account can have. Remove one first.',
  },
});
