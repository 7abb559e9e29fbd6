import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import packageJson from '../../package.json' with { type: 'json' };

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/**
 * The path of the browser, whole. Its package unpacks it into the folder for temporary files, where whoever comes a moment
 * later takes what there is of it; so each unpacks for itself, and whoever is first does it for all.
 */
export async function unpackChromium(): Promise<string> {
  const folder = join(CACHE, `chromium-${packageJson.devDependencies['@sparticuz/chromium']}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    const { TMPDIR } = process.env;
    process.env.TMPDIR = unfinished;
    const unpacked = chromium.executablePath();
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await unpacked;
    try {
      renameSync(unfinished, folder);
    } catch {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return join(folder, 'chromium');
}
