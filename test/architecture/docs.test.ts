import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { docsPages } from '../../src/app/docs-pages.ts';
import { errorCatalogue } from '../../src/app/error-catalogue.ts';

for (const [path, render] of Object.entries(docsPages)) {
  it(`${path} is what the code says (npm run docs writes it)`, () => {
    assert.ok(readFileSync(path, 'utf8') === render(), `${path} is out of date: npm run docs`);
  });
}

it('every declared error code is thrown somewhere, and declared once', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('errors.ts'))
    .map((path) => readFileSync(`src/${path}`, 'utf8'))
    .join('\n');
  const errorFiles = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('errors.ts'))
    .map((path) => readFileSync(`src/${path}`, 'utf8'))
    .join('\n');
  const codes = Object.values(errorCatalogue).flatMap((errors) => Object.keys(errors));
  assert.equal(new Set(codes).size, codes.length, 'a code stands in two rooms');
  const unused = codes.filter((code) => {
    const use = new RegExp(`[eE]rrors\\.${code}\\b`);
    return !use.test(sources) && !use.test(errorFiles);
  });
  assert.deepEqual(unused, []);
});

it('every room with an errors.ts is in the catalogue', () => {
  const declared = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(`src/${path}`, 'utf8'))
    .flatMap((text) => [...text.matchAll(/export const \w+ = defineErrors\(\{([\s\S]*?)\n\}\);/g)])
    .flatMap(([, body = '']) => [...body.matchAll(/^ {2}(\w+): \{/gm)].map(([, code = '']) => code));
  const listed = new Set(Object.values(errorCatalogue).flatMap((errors) => Object.keys(errors)));
  assert.deepEqual(
    declared.filter((code) => !listed.has(code)),
    [],
  );
});
