import type { paths } from '../../../api/schema.ts';

export type Action = NonNullable<NonNullable<paths['/audit']['get']['parameters']['query']>['action']>;

/** What the log tells of, in words. The compiler holds it to be what the API has, no more and no less. */
const ACTIONS: Readonly<Record<Action, string>> = {
  'login.succeeded': 'Signed in',
  'login.failed': 'Failed to sign in',
  'session.ended': 'Signed out',
  'session.reuse-detected': 'Session ended: its token was used twice',
  'password.changed': 'Changed the password',
  'password.set': 'Set the password by a link',
  'user.created': 'Invited a person',
  'user.updated': 'Changed a person',
  'user.deleted': 'Removed a person',
  'user.setup-link-issued': 'Made a set-up link',
  'key.created': 'Created a key',
  'key.updated': 'Changed a key',
  'key.revoked': 'Revoked a key',
  'widget.created': 'Made a chat widget',
  'account.created': 'Created an account',
  'account.updated': 'Changed an account',
  'account.deleted': 'Deleted an account',
  'account.erased': 'Erased what a deleted account had',
  'credit.adjusted': 'Changed the credit',
  'provider.created': 'Added a provider',
  'provider.updated': 'Changed a provider',
  'provider.deleted': 'Removed a provider',
  'price.set': 'Set a price',
  'price.removed': 'Removed a price',
  'tool.created': 'Added a tool',
  'tool.updated': 'Changed a tool',
  'tool.deleted': 'Deleted a tool',
  'mcp-server.created': 'Added an MCP server',
  'mcp-server.updated': 'Changed an MCP server',
  'mcp-server.deleted': 'Deleted an MCP server',
  'webhook.created': 'Added a webhook',
  'webhook.updated': 'Changed a webhook',
  'webhook.deleted': 'Deleted a webhook',
  'webhook.secret-rotated': 'Renewed the secret of a webhook',
  'webhook.disabled': 'Webhook switched off: it failed too often',
  'sandbox.opened': 'Opened the sandbox',
  'sandbox.emptied': 'Emptied the sandbox',
};

export const ACTION_NAMES = Object.keys(ACTIONS).filter(isAction);

export function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}

/** One that this console does not know yet is said by its name. */
export function describeAction(action: string): string {
  return isAction(action) ? ACTIONS[action] : action.replaceAll(/[.-]/g, ' ');
}
