import { api, ask } from '../api/api.ts';
import { sandbox } from '../api/sandbox.ts';
import { serverState } from '../api/server-state.ts';
import { keptText } from '../ui/kept-text.ts';

/** Opens a session for this browser, with a password or by the one-time link that sets one. */
export async function signIn(
  who: { email: string } | { setup_token: string },
  password: string,
): Promise<void> {
  await ask(api.POST('/auth/session', { body: { ...who, password } }));
  serverState.beginSession();
}

/** What was typed goes as well: the next person at this browser may be of another account. */
export async function signOut(): Promise<void> {
  sandbox.set(false);
  await ask(api.POST('/auth/logout'));
  keptText.forgetAll();
}
