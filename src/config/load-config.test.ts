import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from './load-config.ts';

const SECRET = 'cr3wnHXq74Ekx356wOksmY9cBRzz0eShV47lVJd3ZeI=';

test('a setting that is wrong is refused by one line that names it', () => {
  const wrong: Record<string, readonly string[]> = {
    PORT: ['abc', '70000', '-1', '80.5'],
    DATABASE_URL: ['mysql://localhost/a', 'postgres://u:p@a,b/db'],
    DATABASE_DIRECT_URL: ['postgres://a,b/db'],
    MUSTER_ROLE: ['boss'],
    MUSTER_SECRET_KEY: ['short', `!!${SECRET}`, 'A'.repeat(43)],
    MUSTER_SECRET_KEY_PREVIOUS: ['short'],
    OPENAI_BASE_URL: ['localhost:11', 'ftp://example.com'],
    OLLAMA_HOST: ['ftp://localhost', 'two words', ':11434'],
    MUSTER_DEMO: ['maybe'],
    MUSTER_STARTING_CREDIT: ['-1', '$10', '1e3'],
    MUSTER_TOOL_ALLOW_HOSTS: ['localhost', 'http://localhost:3', 'localhost:99999', 'a b:1'],
    MUSTER_HTTP_REQUEST_HOSTS: ['https://api.example.com', 'api.example.com/v1', 'a.example,*'],
    MUSTER_CORS_ORIGINS: [
      ...['example.com', 'https://example.com/app', '*.example.com'],
      ...['https://*.example.com', 'http://localhost:*'],
    ],
    MUSTER_MAINTENANCE: ['yes'],
    MUSTER_TRUST_PROXY: ['2'],
    OTEL_EXPORTER_OTLP_ENDPOINT: ['collector:4318'],
    OTEL_EXPORTER_OTLP_HEADERS: ['nothing', 'a=%zz'],
    LOG_LEVEL: ['verbose'],
    MUSTER_HOEM: ['x'],
  };
  for (const [name, texts] of Object.entries(wrong)) {
    for (const text of texts) {
      assert.throws(
        () => loadConfig({ [name]: text }),
        (error) =>
          error instanceof ConfigError &&
          error.message.startsWith(`${name} `) &&
          !error.message.includes('\n'),
        `${name}=${text}`,
      );
    }
  }
});

test('an address of PostgreSQL with a list of hosts is refused with what to give instead, and without its password', () => {
  for (const url of [
    'postgres://u:s3cret@a,b/db',
    'postgresql://u:s3cret@a:5432,b:5433/db?sslmode=require',
    'postgres://u:s3cret@[::1],[::2]/db',
    'postgres://u:s3cret@a%2Cb/db',
    'postgres:///db?user=u&password=s3cret&host=a,b',
  ]) {
    assert.throws(
      () => loadConfig({ DATABASE_URL: url }),
      (error) =>
        error instanceof ConfigError &&
        /several hosts.* the one address that always leads to the primary/.test(error.message) &&
        !error.message.includes('s3cret'),
      url,
    );
  }
  for (const url of [
    'postgres://u:a,b@host/db',
    'postgres://u:a,b@[::1]:5432/db?options=-c%20search_path%3Da,b',
    'postgres://%2Fvar%2Frun/db',
  ]) {
    assert.equal(loadConfig({ DATABASE_URL: url }).DATABASE_URL, url);
  }
});

test('a key is read from a line with its end', () => {
  assert.deepEqual(
    loadConfig({ MUSTER_SECRET_KEY: `${SECRET}\r\n` }).MUSTER_SECRET_KEY,
    Buffer.from(SECRET, 'base64'),
  );
});

test('addresses are read in the forms in which people write them', () => {
  const read = (name: 'MUSTER_CORS_ORIGINS' | 'OLLAMA_HOST' | 'MUSTER_HTTP_REQUEST_HOSTS', text: string) =>
    loadConfig({ [name]: text })[name];
  assert.deepEqual(
    read('MUSTER_CORS_ORIGINS', 'https://Example.com/, http://localhost:5173, https://a.example:443'),
    ['https://example.com', 'http://localhost:5173', 'https://a.example'],
  );
  assert.deepEqual(read('MUSTER_CORS_ORIGINS', '*'), ['*']);
  assert.deepEqual(read('MUSTER_CORS_ORIGINS', 'null'), ['null']);
  assert.deepEqual(read('MUSTER_CORS_ORIGINS', 'chrome-extension://abc'), ['chrome-extension://abc']);
  assert.equal(read('OLLAMA_HOST', '127.0.0.1'), 'http://127.0.0.1:11434');
  assert.equal(read('OLLAMA_HOST', '0.0.0.0:80'), 'http://0.0.0.0');
  assert.equal(read('OLLAMA_HOST', 'gpu.example:9000'), 'http://gpu.example:9000');
  assert.equal(read('OLLAMA_HOST', 'https://gpu.example/'), 'https://gpu.example');
  assert.deepEqual(read('MUSTER_HTTP_REQUEST_HOSTS', 'a.example, *.b.example, c.example:8443, [::1]:80'), [
    ...['a.example', '*.b.example', 'c.example:8443', '[::1]:80'],
  ]);
});
