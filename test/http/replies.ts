import assert from 'node:assert/strict';
import type { Reply } from '../../src/testing/test-app.ts';

/** An error in the form of the Platform API. */
export function assertError(reply: Reply, status: number, code: string): void {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.field('error.code'), code);
  assert.equal(reply.field('error.request_id'), reply.headers.get('x-request-id'));
  assert.notEqual(reply.field('error.message'), '');
}

/** A 400 that names the field. */
export function assertInvalid(reply: Reply, field: string): void {
  assertError(reply, 400, 'VALIDATION_ERROR');
  assert.equal(reply.field('error.details.field'), field);
  assert.notEqual(reply.field('error.details.reason'), '');
}
