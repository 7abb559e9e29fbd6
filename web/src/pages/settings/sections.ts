import type { LinkProps } from '@tanstack/react-router';
import type { Role } from '../../session/use-me.ts';

interface Section {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly lead: string;
  /** Who may open it. */
  readonly role: Role;
  /** Only who runs the server. */
  readonly operator?: true;
}

/** What is under Settings, each a page of its own. */
export const SECTIONS: readonly Section[] = [
  { label: 'People', to: '/settings/people', lead: 'Who may do what; invite somebody.', role: 'admin' },
  {
    label: 'Models',
    to: '/settings/models',
    lead: 'Providers, their keys, and what models cost.',
    role: 'admin',
  },
  {
    label: 'Chat widget',
    to: '/settings/widget',
    lead: 'An agent in a page of yours, by one script tag.',
    role: 'admin',
  },
  {
    label: 'Webhooks',
    to: '/settings/webhooks',
    lead: 'Addresses that are told what happens, and what became of it.',
    role: 'admin',
  },
  {
    label: 'Sandbox',
    to: '/settings/sandbox',
    lead: 'A twin of the account to try things in, free of charge.',
    role: 'viewer',
  },
  {
    label: 'Audit log',
    to: '/settings/audit',
    lead: 'Who changed what, when and from where.',
    role: 'admin',
  },
  {
    label: 'Accounts',
    to: '/settings/accounts',
    lead: 'All accounts of this server, their credit and limits.',
    role: 'owner',
    operator: true,
  },
  {
    label: 'Your account',
    to: '/settings/account',
    lead: 'Password, sessions, keyboard; for its owner, export and deletion of the account.',
    role: 'viewer',
  },
];
