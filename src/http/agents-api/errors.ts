import { defineErrors } from '../../lib/errors.ts';

export const agentsApiErrors = defineErrors({
  model_not_found: {
    status: 404,
    platformCode: 'NOT_FOUND',
    type: 'not_found_error',
    meaning: '`model` is not the id of an agent or crew that this key may call. GET /models lists those.',
  },
});
