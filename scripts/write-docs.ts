import { writeFileSync } from 'node:fs';
import { docsPages } from '../src/app/docs-pages.ts';

for (const [path, render] of Object.entries(docsPages)) writeFileSync(path, render());
