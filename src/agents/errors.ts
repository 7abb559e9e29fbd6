import { defineErrors } from '../lib/errors.ts';

export const agentErrors = defineErrors({
  agent_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'There is no such agent, it was deleted, or it belongs to another account.',
  },
  agent_version_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: 'The agent has no version of that number; see GET /agents/{id}/versions.',
  },
  agent_changed: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The agent was saved by somebody else since it was read. Read it again and repeat the change.',
  },
});
