import { hash, verify } from '@node-rs/argon2';
import { accountErrors } from './errors.ts';

/** OWASP's floor for argon2id (the library's default variant): 19 MiB, two passes, some 30 ms on one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of no password. Checking against it takes as long as against a real one, so unknown emails answer no faster. */
const DUMMY_HASH = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$bXVzdGVyLW5vLXVzZXItMQ$${'A'.repeat(43)}`;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of `stored`; never, but after the same time, when there is no `stored`. `begin`
   * runs when the turn has come, just before the work, and may call it off by throwing.
   */
  verify(stored: string | null | undefined, password: string, begin?: () => void): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** How many are hashed at once: more would only take memory and threads from everything else. */
  readonly concurrent?: number;
  /** How many may wait; the next is refused with `login_busy`. */
  readonly waiting?: number;
  readonly algorithm?: {
    hash(password: string): Promise<string>;
    verify(stored: string, password: string): Promise<boolean>;
  };
}

const argon2id = {
  hash: (password: string) => hash(password, COST),
  verify: (stored: string, password: string) => verify(stored, password),
};

export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { concurrent = 2, waiting = 64, algorithm = argon2id } = options;
  const queue: (() => void)[] = [];
  let running = 0;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < concurrent) running++;
    else if (queue.length >= waiting) {
      throw accountErrors.login_busy(
        'Too many people are signing in at this moment. Try again in a second.',
        {
          retryAfterMs: 1_000,
        },
      );
    } else {
      // Whoever finishes hands its place on, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };

  return {
    hash: (password) => inTurn(() => algorithm.hash(normalizePassword(password))),
    verify: (stored, password, begin) =>
      inTurn(async () => {
        begin?.();
        const matches = await algorithm.verify(stored ?? DUMMY_HASH, normalizePassword(password));
        return matches && typeof stored === 'string';
      }),
  };
}

/** The same password typed on two keyboards may be two sequences of code points; this makes them one. */
function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}
