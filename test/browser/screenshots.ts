// `npm run screenshots`: a picture of every page in light, dark and on a phone, in screenshots/ (not kept in git), to be
// looked at by people. In light and dark axe looks at each as well, and what it finds ends the command.
import { mkdirSync } from 'node:fs';
import { assertAccessible, type ConsoleTest, startConsole } from './browser.ts';
import { SCENES, type Scene } from './scenes.ts';

const FOLDER = new URL('../../screenshots/', import.meta.url);
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const;

async function picture(console: ConsoleTest, scene: Scene, look: keyof typeof LOOKS): Promise<void> {
  const page = scene.signedOut
    ? await console.open(LOOKS[look])
    : await console.openSignedIn('/', LOOKS[look]);
  await page.goto(typeof scene.path === 'string' ? scene.path : await scene.path(console.test));
  await page.getByRole('heading', { level: 1 }).waitFor();
  await scene.prepare?.(page);
  if (!scene.listens) await page.waitForLoadState('networkidle');
  if (look !== 'phone') await assertAccessible(page);
  const file = new URL(`${scene.name}-${look}.png`, FOLDER);
  await page.screenshot({ path: file.pathname, fullPage: true, animations: 'disabled' });
  await page.context().close();
  process.stdout.write(`${file.pathname}\n`);
}

mkdirSync(FOLDER, { recursive: true });
const wanted = process.argv.slice(2);
const console = await startConsole();
for (const scene of SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  for (const look of Object.keys(LOOKS) as (keyof typeof LOOKS)[]) await picture(console, scene, look);
}
await console.close();
