import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { settings } from '../../src/config/index.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const isSetting = (name: string): boolean => Object.hasOwn(settings, name);

interface Container {
  args: string[];
  env: { name: string; value: string }[];
  securityContext: { readOnlyRootFilesystem: boolean };
  readinessProbe?: { httpGet: { path: string } };
}
interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec: { template: { spec: { containers: Container[] } } };
}

const manifests = parseAllDocuments(read('deploy/kubernetes/muster.yaml')).map((document) => {
  assert.deepEqual(document.errors, []);
  return document.toJS() as Manifest;
});
const containers = manifests
  .filter(({ kind }) => kind === 'Deployment')
  .flatMap(({ spec }) => spec.template.spec.containers);

test('the Kubernetes manifests set only what the server reads', () => {
  const names = manifests.flatMap(({ data = {}, stringData = {} }) =>
    Object.keys({ ...data, ...stringData }),
  );
  const more = containers.flatMap(({ env }) => env.map(({ name }) => name));
  assert.ok(names.length > 0 && more.length > 0);
  assert.deepEqual(
    [...names, ...more].filter((name) => !isSetting(name)),
    [],
  );
});

test('the Kubernetes containers cannot write to their root and run each role by its command', () => {
  const commands: Readonly<Record<string, string>> = { api: 'serve', worker: 'worker' };
  assert.equal(containers.length, 2);
  for (const { args, env, securityContext } of containers) {
    assert.equal(securityContext.readOnlyRootFilesystem, true);
    const role = env.find(({ name }) => name === 'MUSTER_ROLE')?.value ?? '';
    assert.deepEqual(args, [commands[role]]);
  }
});

test('the compose file sets only what the server reads, and its services are read-only', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true });
  for (const name of ['api', 'worker']) {
    const { environment, read_only: isReadOnly } = compose.services[name];
    assert.deepEqual(
      Object.keys(environment).filter((each) => !isSetting(each)),
      [],
    );
    assert.equal(isReadOnly, true);
  }
});

test('the image is made of files that are here, and sets only what the server reads', () => {
  const dockerfile = read('Dockerfile');
  for (const path of ['package-lock.json', 'scripts/seal-build.mjs', 'bin/muster.mjs']) {
    assert.ok(dockerfile.includes(path) && existsSync(new URL(path, root)), path);
  }
  const entrypoint: unknown = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]');
  const { scripts } = JSON.parse(read('package.json'));
  assert.deepEqual([entrypoint].flat().slice(1), scripts.start.split(' ').slice(1, -1));
  const env = /^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '';
  const names = env.split(' ').map((pair) => pair.split('=')[0] ?? '');
  assert.deepEqual(
    names.filter((name) => !isSetting(name)),
    [],
  );
  assert.match(dockerfile, /^USER 10001$/m);
});
