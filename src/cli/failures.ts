/** Something that the person at the terminal can mend or has to know; its message is what they are told. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
  /** The server did not answer at all. */
  readonly isUnreachable: boolean;

  constructor(message: string, { isUnreachable = false }: { readonly isUnreachable?: boolean } = {}) {
    super(message);
    this.isUnreachable = isUnreachable;
  }
}

/** What the server refused, with its own words and code (docs/errors.md). */
export class Refused extends CommandFailed {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  /** The field that is wrong; empty where the server names none. */
  readonly field: string;

  constructor(
    message: string,
    { status, code, field }: { readonly status: number; readonly code: string; readonly field: string },
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** The person has pressed Ctrl-C. Exit code 130, as shells have it. */
export class Interrupted extends CommandFailed {
  override readonly name = 'Interrupted';
}

/** The command line itself is wrong: nothing was done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
