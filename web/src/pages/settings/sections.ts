import type { LinkProps } from '@tanstack/react-router';
import type { Role } from '../../session/use-me.ts';

interface Section {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly lead: string;
  /** Who may open it. */
  readonly role: Role;
}

/** What is under Settings, each a page of its own. */
export const SECTIONS: readonly Section[] = [
  { label: 'Your account', to: '/settings/account', lead: 'Password, theme, keyboard.', role: 'viewer' },
];
