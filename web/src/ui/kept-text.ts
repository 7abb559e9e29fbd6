const PREFIX = 'muster.typed.';

/** Who is signed in. */
let person = '';
let isFull = false;
let tellFull: (error: unknown) => void = () => undefined;
const placeOf = (key: string) => `${PREFIX}${person}.${key}`;

/**
 * What a person typed and has not sent yet, kept for this tab until it is: through a reload, a lost session, a server that
 * is down. Never for secrets.
 */
export const keptText = {
  /** From now on it is theirs; what others typed in this tab is not shown to them. */
  belongsTo(id: string): void {
    person = id;
  },
  /** `tell` is called when something typed could not be kept, and again only after there was room in between. */
  whenFull(tell: (error: unknown) => void): void {
    tellFull = tell;
  },
  read<Value>(key: string, isValue: (value: unknown) => value is Value): Value | undefined {
    const text = sessionStorage.getItem(placeOf(key));
    if (text === null) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return isValue(value) ? value : undefined;
    } catch {
      // Of an older console, in another form.
      return undefined;
    }
  },
  keep(key: string, value: unknown): void {
    try {
      sessionStorage.setItem(placeOf(key), JSON.stringify(value));
      isFull = false;
    } catch (error) {
      // The tab's storage is full. What is in the fields stays there; what was kept is older than that.
      sessionStorage.removeItem(placeOf(key));
      if (!isFull) tellFull(error);
      isFull = true;
    }
  },
  forget(key: string): void {
    sessionStorage.removeItem(placeOf(key));
  },
  /** Forgets it when it is still `value`. */
  forgetOnly(key: string, value: unknown): void {
    if (sessionStorage.getItem(placeOf(key)) === JSON.stringify(value)) keptText.forget(key);
  },
  forgetAll(): void {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  },
};

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isText);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
