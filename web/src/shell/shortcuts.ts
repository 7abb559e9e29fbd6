import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { NAV } from './nav.ts';

const OFF_KEY = 'muster.shortcuts-off';
const SEQUENCE_MS = 1_500;

/** Single keys can get in the way of speech input, so they can be switched off; Ctrl K stays. */
export const singleKeys = {
  areOn: () => localStorage.getItem(OFF_KEY) === null,
  set(on: boolean): void {
    if (on) localStorage.removeItem(OFF_KEY);
    else localStorage.setItem(OFF_KEY, '1');
  },
};

/** Ctrl K everywhere; `?` and `g` with a letter outside of inputs. */
export function useShortcuts(open: { palette: () => void; help: () => void }): void {
  const navigate = useNavigate();
  const latest = useRef(open);
  latest.current = open;
  useLayoutEffect(() => {
    let goneAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeys.areOn())
        return;
      if (event.key === '?') latest.current.help();
      else if (event.key === 'g') goneAt = event.timeStamp;
      else if (event.timeStamp - goneAt < SEQUENCE_MS) {
        goneAt = Number.NEGATIVE_INFINITY;
        const entry = NAV.find(({ key }) => key === event.key);
        if (entry) void navigate({ to: entry.to });
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
