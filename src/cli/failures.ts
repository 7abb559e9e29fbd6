/** Something that the person at the terminal can mend or has to know; its message is what they are told. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
}

/** The command line itself is wrong: nothing was done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
