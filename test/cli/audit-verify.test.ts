import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createAuditCutter } from '../../src/audit/index.ts';
import { createSecretBox } from '../../src/lib/secrets.ts';
import { manualTime } from '../../src/testing/manual-time.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { type Muster, musterWith } from './run-muster.ts';

const DAY = 86_400_000;

describe('muster audit verify', () => {
  const time = manualTime(Date.now());
  const folder = tempFolder();
  const file = join(folder.path, 'audit.ndjson');
  let test: TestApp;
  let person: Person;
  let muster: Muster;
  before(async () => {
    test = await startTestApp({ MUSTER_KEEP_AUDIT_DAYS: '30' }, { clock: time.clock });
    muster = musterWith({ MUSTER_HOME: test.app.home.path });
    person = await test.addAccount();
    for (let n = 0; n < 3; n++) await test.createKey(person);
    await chained();
    time.advance(31 * DAY);
    person = await test.login(person.email);
    await test.createKey(person);
    await chained();
    assert.ok((await test.app.retention.sweep()).auditLines > 3);
  });
  after(async () => {
    await test.close();
    folder.remove();
  });

  async function exported(): Promise<string> {
    return (await person.call('GET', '/audit', undefined, { accept: 'application/x-ndjson' })).text;
  }
  /** A line is chained a moment after it is written. */
  const chained = () => until('all lines to be chained', exported, (text) => !text.includes('"chain":null'));

  it('proves the data from the checkpoint on that stands for what is past its time', async () => {
    const list = await person.call('GET', '/audit');
    const cut = Number(at(list.body, 'checkpoint.seq'));
    assert.equal(at(list.body, 'entries.0.chain.seq'), cut + Number(at(list.body, 'total')));
    const { code, stdout, stderr } = await muster(['audit', 'verify']);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      new RegExp(`ok +${person.accountId}: 2 lines, after a checkpoint for ${cut} before`),
    );
  });

  it('proves an export without the server, and names the first line that was changed or is missing', async () => {
    const text = await exported();
    const rows = text.trimEnd().split('\n');
    assert.equal(rows.length, 3, 'two lines and the checkpoint');
    const verify = async (content: string) => {
      writeFileSync(file, content);
      return muster(['audit', 'verify', file]);
    };
    const good = await verify(text);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /2 lines, .* from the verified checkpoint for those before/);
    assert.doesNotMatch(good.stdout, /NOT verified/);
    for (const [change, problem] of [
      [text.replace('"key.created"', '"key.revoked"'), 'line \\d+ .* was changed'],
      [`${rows[0]}\n${rows[2]}\n`, 'in themselves'],
      [text.replace('"signature":"', '"signature":"0'), 'checkpoint of its first'],
      [`${text}nonsense\n`, 'row 4 of the file is no line'],
    ] as const) {
      const { code, stdout } = await verify(change);
      assert.match(stdout, new RegExp(problem));
      assert.equal(code, problem === 'in themselves' ? 0 : 1, stdout);
    }
  });

  it('says that it could not verify the checkpoint of an export where the secret key is not at hand', async () => {
    const text = await exported();
    const apart = musterWith({ MUSTER_HOME: folder.path });
    for (const content of [text, text.replace('"signature":"', '"signature":"0')]) {
      writeFileSync(file, content);
      const { code, stdout, stderr } = await apart(['audit', 'verify', file]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /2 lines, .* from the unverified checkpoint/);
      assert.match(stdout, /checkpoint in the file is NOT verified/);
    }
    const states = await Promise.all(
      [apart, muster].map(async (run) => {
        writeFileSync(file, text);
        return JSON.parse((await run(['audit', 'verify', file, '--json'])).stdout).checkpoint;
      }),
    );
    assert.deepEqual(states, ['unverified', 'verified']);
  });

  it('proves an export also when the secret key was replaced since, by what the data knows of former keys', async () => {
    writeFileSync(file, await exported());
    const next = { MUSTER_SECRET_KEY: randomBytes(32).toString('base64') };
    const { db, home } = test.app;
    const verify = async (env: Readonly<Record<string, string>>) => {
      const run = musterWith({ MUSTER_HOME: home.path, ...env });
      const { code, stdout, stderr } = await run(['audit', 'verify', file]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    assert.match(
      await verify(next),
      /NOT verified.*\n.*which is not the one here, nor one that the data knows/,
    );
    const current = Buffer.from(next.MUSTER_SECRET_KEY, 'base64');
    const secrets = createSecretBox({ current, previous: home.secretKey });
    const log = { error: (problem: object) => assert.fail(JSON.stringify(problem)) };
    await createAuditCutter({ db, clock: time.clock, secrets, log }).signAgain();
    assert.match(await verify(next), /from the verified checkpoint/);
    assert.match(await verify({ ...next, MUSTER_HOME: folder.path }), /NOT verified.*\n.*cannot be read/);
  });
});
