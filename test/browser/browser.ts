import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core';
import { PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { unpackChromium } from './unpack-chromium.ts';

const BUILD = fileURLToPath(new URL('../../scripts/build-console.mjs', import.meta.url));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** One process that dies with us, without what only a desktop has. */
const ARGS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];
const TIMEOUT_MS = 15_000;

export interface ConsoleTest {
  readonly test: TestApp;
  /** A page of a browser of its own: no cookies of others, and whatever goes wrong in it fails the test. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** The same, with somebody signed in: the owner, unless another's email is given. */
  openSignedIn(path: string, options?: BrowserContextOptions, email?: string): Promise<Page>;
  /** A page of another site; what breaks in it fails the test too. */
  openElsewhere(url: string): Promise<Page>;
  close(): Promise<void>;
}

/** Nothing moves: words that come or go while axe looks would be half transparent then. */
const STILL = { locale: 'en-US', reducedMotion: 'reduce' } as const;

/** The console as people have it: built, served by a real server, in a real browser. */
export async function startConsole(environment: Readonly<Record<string, string>> = {}): Promise<ConsoleTest> {
  await promisify(execFile)(process.execPath, [BUILD]);
  const browser = await launch();
  const test = await startTestApp(environment).catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
  const complaints: string[] = [];

  const open: ConsoleTest['open'] = async (options = {}) => {
    const context = await browser.newContext({ baseURL: test.url, ...STILL, ...options });
    context.setDefaultTimeout(TIMEOUT_MS);
    const page = await context.newPage();
    watch(page, test.url, complaints);
    return page;
  };

  return {
    test,
    open,
    async openSignedIn(path, options, email = test.owner.email) {
      const page = await open(options);
      await signIn(page, email);
      await page.goto(path);
      await page.locator('h1').waitFor({ state: 'attached' });
      return page;
    },
    async openElsewhere(url) {
      const context = await browser.newContext(STILL);
      context.setDefaultTimeout(TIMEOUT_MS);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
      await page.goto(url);
      return page;
    },
    async close() {
      await browser.close();
      await test.close();
      assert.deepEqual(complaints, []);
    },
  };
}

async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: await unpackChromium(),
    args: ARGS,
    headless: true,
  });
}

/** By the API, in the page's own cookie jar: the form has a test of its own. */
export async function signIn(page: Page, email: string): Promise<void> {
  const reply = await page.request.post('/api/v1/auth/session', { data: { email, password: PASSWORD } });
  assert.equal(reply.status(), 200, await reply.text());
}

/** What the browser refuses by the policy of the page, what breaks in it, and what it loads from elsewhere. */
function watch(page: Page, url: string, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // A reply of 4xx is written to the console too; whether it was expected is the test's to say.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(url) || /^(data|blob):/.test(request.url());
    if (!isOurs) complaints.push(`${page.url()} loads ${request.url()}`);
  });
}

/** Holds the page's next request of that kind until `go` is called; `lose` has the server do it and loses the reply. */
export async function hold(
  page: Page,
  method: string,
  url: string,
): Promise<{ readonly asked: Promise<void>; go(): void; lose(): void }> {
  const asked = Promise.withResolvers<void>();
  const end = Promise.withResolvers<'go' | 'lose'>();
  let isHeld = false;
  const handler = async (route: Route) => {
    if (isHeld || route.request().method() !== method) return route.fallback();
    isHeld = true;
    asked.resolve();
    if ((await end.promise) === 'go') return route.continue();
    await route.fetch();
    return route.abort();
  };
  await page.route(url, handler);
  return { asked: asked.promise, go: () => end.resolve('go'), lose: () => end.resolve('lose') };
}

/** Saves, and loses the reply: the server has it, the page does not know. */
export async function loseSave(page: Page, method: string, url: string): Promise<void> {
  const lost = await hold(page, method, url);
  await page.keyboard.press('Control+s');
  await lost.asked;
  lost.lose();
  await page
    .getByText(/cannot be reached/)
    .first()
    .waitFor();
}

/** Fails with what sticks out of the window to the right: the page scrolls sideways. */
export async function assertFits(page: Page): Promise<void> {
  const found: { readonly width: number; readonly tooWide: readonly string[] } = await page.evaluate(`({
    width: document.documentElement.scrollWidth,
    tooWide: [...document.querySelectorAll('*')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth)
      .map((each) => each.tagName + ' ' + each.className + ': ' + each.getBoundingClientRect().right),
  })`);
  assert.equal(found.width, page.viewportSize()?.width, `${page.url()}\n${found.tooWide.join('\n')}`);
}

interface AxeFinding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Fails with what axe finds against WCAG 2.2 AA and its own best practices. */
export async function assertAccessible(page: Page): Promise<void> {
  // What moves in has arrived: half transparent text has no contrast. What turns for ever is not waited for.
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime)).map((each) => each.finished.catch(() => undefined)))',
  );
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations }: { violations: readonly AxeFinding[] } = await page.evaluate('window.axe.run()');
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
  );
  assert.deepEqual(found, [], page.url());
}
