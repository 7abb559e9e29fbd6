import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountErrors } from '../../accounts/index.ts';
import { commonErrors, type MusterError } from '../../lib/errors.ts';
import { keyOf } from './widget-api.ts';

const GRANT = { accountId: 'acct_1', keyId: 'key_1', agentId: 'agent_1', origins: [], id: 'wgt_1' };
const keyThatFails = (error: MusterError) =>
  keyOf({ accounts: { authenticateKeyId: () => Promise.reject(error) } }, GRANT);

test('a visitor is told that a chat is closed when its key has ended, not when the server can not look', async () => {
  const revoked = accountErrors.invalid_api_key('This agent key was revoked. Make a new one.');
  await assert.rejects(keyThatFails(revoked), { code: 'forbidden', message: /has been closed/ });
  const away = commonErrors.service_unavailable('The database does not answer.');
  await assert.rejects(keyThatFails(away), away);
});
