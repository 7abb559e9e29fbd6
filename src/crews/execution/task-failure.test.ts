import assert from 'node:assert/strict';
import { it } from 'node:test';
import { commonErrors } from '../../lib/errors.ts';
import { crewErrors } from '../errors.ts';
import { failureOf } from './task-failure.ts';

it('what ails the server is left to the engine to try again, what ails the task is its end', () => {
  const away = commonErrors.service_unavailable('The database cannot be reached at the moment.');
  assert.throws(() => failureOf(away), away);
  const bug = new TypeError('no');
  assert.throws(() => failureOf(bug), bug);
  assert.equal(failureOf(crewErrors.max_cost_reached('Too much.')).code, crewErrors.max_cost_reached.code);
});
