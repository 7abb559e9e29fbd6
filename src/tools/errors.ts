import { defineErrors } from '../lib/errors.ts';

export const toolErrors = defineErrors({
  tool_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'No tool has that name. GET /tools lists them.',
  },
});
