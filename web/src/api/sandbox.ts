import { errorOf } from './api-error.ts';
import { CONSOLE_HEADER } from './console-header.ts';

const FLAG = 'muster.sandbox';
const TOKENS = '/api/v1/sandbox/tokens';
/** What is of the person, wherever they are. */
const OF_PERSON = /\/auth\/(?!me$)|\/sandbox\/tokens$/;

let token: Promise<string> | undefined;

/**
 * Whether this tab is in the sandbox of the account. Its token stays in memory, where a reload forgets it and asks for
 * another; only that it is on is kept.
 */
export const sandbox = {
  isOn: () => sessionStorage.getItem(FLAG) !== null,
  /** Begins the console anew on the other side: nothing of one is shown in the other. */
  go(on: boolean): void {
    this.set(on);
    location.assign('/');
  },
  set(on: boolean): void {
    token = undefined;
    if (on) sessionStorage.setItem(FLAG, '1');
    else sessionStorage.removeItem(FLAG);
  },
  /** What a request to `path` shows instead of the cookie; undefined outside of the sandbox. */
  async credential(path: string): Promise<string | undefined> {
    if (!this.isOn() || OF_PERSON.test(path)) return undefined;
    token ??= open();
    return token;
  },
  /** It was refused: the next request asks for another. */
  forget(): void {
    token = undefined;
  },
};

async function open(): Promise<string> {
  try {
    const response = await fetch(TOKENS, { method: 'POST', headers: CONSOLE_HEADER });
    if (!response.ok) {
      // Who may not be there is led back; who is signed out signs in and goes on where they were.
      if (response.status !== 401) sandbox.set(false);
      throw await errorOf(response);
    }
    const body: unknown = await response.json();
    const found = typeof body === 'object' && body !== null ? Reflect.get(body, 'access_token') : undefined;
    if (typeof found !== 'string') throw new Error('The server gave no token for the sandbox.');
    return found;
  } catch (error) {
    token = undefined;
    throw error;
  }
}
