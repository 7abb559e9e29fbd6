import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { requirements } from './requirements.ts';

const CITATION = /\b(?:it|test)\(\s*(['"`])((?:(?!\1).|\\\1)*)\1/gs;

const cited = new Set(
  globSync('{src,test}/**/*.test.ts').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(CITATION)].flatMap(([, , name = '']) =>
      [...name.matchAll(/\[([a-z-]+\.[a-z-]+)\]/g)].map(([, id = '']) => id),
    ),
  ),
);

it('every requirement is proved by a test that cites it', () => {
  assert.deepEqual(
    Object.keys(requirements).filter((id) => !cited.has(id)),
    [],
  );
});

it('every citation names a requirement', () => {
  assert.deepEqual(
    [...cited].filter((id) => !Object.hasOwn(requirements, id)),
    [],
  );
});
