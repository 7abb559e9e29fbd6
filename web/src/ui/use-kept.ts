import { useEffect, useState } from 'react';
import { keptText } from './kept-text.ts';

/**
 * State that outlives its dialog and a reload under a name of its own, until `forget` says that it was sent. `isValue`
 * stays the same function.
 */
export function useKept<Value>(
  name: string,
  isValue: (value: unknown) => value is Value,
  initial: Value,
): readonly [value: Value, set: (value: Value) => void, forget: () => void] {
  const [value, setValue] = useState(() => keptText.read(name, isValue) ?? initial);
  const [start] = useState(initial);
  const isTyped = JSON.stringify(value) !== JSON.stringify(start);
  useEffect(() => {
    if (isTyped) keptText.keep(name, value);
    else keptText.forget(name);
  }, [name, value, isTyped]);
  return [value, setValue, () => keptText.forget(name)];
}
