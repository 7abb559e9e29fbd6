import { CommandFailed } from '../failures.ts';

/** A JSON object of the server's, read field by field: what is not as it should be is said, not passed on. */
export class Fields {
  readonly #value: object;
  readonly #path: string;

  constructor(value: unknown, path = '') {
    this.#path = path;
    if (typeof value !== 'object' || value === null) throw unexpected(path || 'body');
    this.#value = value;
  }

  /** As it came. */
  get raw(): object {
    return this.#value;
  }

  text(name: string): string {
    const value = this.#get(name);
    if (typeof value === 'string') return value;
    throw unexpected(this.#path + name);
  }

  /** Empty where there is none. */
  textOr(name: string, fallback: string): string {
    const value = this.#get(name);
    return typeof value === 'string' ? value : fallback;
  }

  number(name: string): number {
    const value = this.#get(name);
    if (typeof value === 'number') return value;
    throw unexpected(this.#path + name);
  }

  numberOr(name: string, fallback: number): number {
    const value = this.#get(name);
    return typeof value === 'number' ? value : fallback;
  }

  isTrue(name: string): boolean {
    return this.#get(name) === true;
  }

  has(name: string): boolean {
    const value = this.#get(name);
    return value !== undefined && value !== null;
  }

  object(name: string): Fields {
    return new Fields(this.#get(name), `${this.#path}${name}.`);
  }

  /** Empty where there is none. */
  list(name: string): Fields[] {
    return this.#array(name).map((entry, at) => new Fields(entry, `${this.#path}${name}.${at}.`));
  }

  texts(name: string): string[] {
    return this.#array(name).filter((entry) => typeof entry === 'string');
  }

  #array(name: string): readonly unknown[] {
    const value = this.#get(name);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    throw unexpected(this.#path + name);
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? Reflect.get(this.#value, name) : undefined;
  }
}

function unexpected(path: string): CommandFailed {
  return new CommandFailed(`The server’s reply has no usable '${path}'. Is it a Muster of another version?`);
}
