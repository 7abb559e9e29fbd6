import type { Page } from 'playwright-core';
import type { TestApp } from '../../src/testing/test-app.ts';

/** A page with something on it, for the screenshots. */
export interface Scene {
  readonly name: string;
  readonly path: string | ((test: TestApp) => Promise<string>);
  readonly signedOut?: boolean;
  /** Opens, types or waits for what the picture is to show. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

export const SCENES: readonly Scene[] = [
  { name: 'login', path: '/login', signedOut: true },
  { name: 'setup', path: '/setup?token=setup_x', signedOut: true },
  { name: 'overview', path: '/' },
  { name: 'settings', path: '/settings' },
  { name: 'account', path: '/settings/account' },
  {
    name: 'palette',
    path: '/',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    },
  },
];
