const PREFIX = 'muster.typed.';

/**
 * What was typed and not yet sent, kept for this tab until it is: through a reload, a lost session, a server that is down.
 * Never for secrets.
 */
export const keptText = {
  read<Value>(key: string, isValue: (value: unknown) => value is Value): Value | undefined {
    const text = sessionStorage.getItem(PREFIX + key);
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
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  },
  forget(key: string): void {
    sessionStorage.removeItem(PREFIX + key);
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
