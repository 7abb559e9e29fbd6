const ACCOUNT = /^acct_/;
const SANDBOX = 'sandbox_';

/**
 * Whether an account is the sandbox of another. Told by the id alone, so that whoever is about to reach the outside on
 * behalf of an account knows it without asking anybody.
 */
export function isSandboxAccount(accountId: string): boolean {
  return accountId.startsWith(SANDBOX);
}

/** The id of an account's sandbox, whether or not it was opened yet. */
export function sandboxIdOf(accountId: string): string {
  return accountId.replace(ACCOUNT, SANDBOX);
}
