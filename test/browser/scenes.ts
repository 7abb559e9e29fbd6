import type { Page } from 'playwright-core';
import type { TestApp } from '../../src/testing/test-app.ts';
import { seedAccount } from './seed.ts';

/** A page with something on it, for the screenshots. */
export interface Scene {
  readonly name: string;
  readonly path: string | ((test: TestApp) => Promise<string>);
  readonly signedOut?: boolean;
  /** Opens, types or waits for what the picture is to show. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** The page at `path`, with an account that has been used. */
const seeded = (path: string) => async (test: TestApp) => {
  await seedAccount(test);
  return path;
};

export const SCENES: readonly Scene[] = [
  { name: 'login', path: '/login', signedOut: true },
  { name: 'setup', path: '/setup?token=setup_x', signedOut: true },
  { name: 'overview', path: '/' },
  { name: 'usage', path: seeded('/usage') },
  { name: 'keys', path: seeded('/keys') },
  {
    name: 'key-created',
    path: seeded('/keys'),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Create key' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('website');
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      await page.getByText('It is shown this once').waitFor();
    },
  },
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
