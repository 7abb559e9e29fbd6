import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { isTaken, likelyAddress, shownAddress } from './shown-address.ts';

/** A machine whose `localhost` leads to these addresses, at some of which another program listens. */
const machine = (addresses: readonly string[], taken: readonly string[] = []) => ({
  resolve: async () => addresses,
  isTaken: async (host: string, port: number) => port === 8000 && taken.includes(host),
});
const BOTH = ['::1', '127.0.0.1'];

describe('the address that is shown', () => {
  it('has the name localhost where that leads to this server', async () => {
    for (const host of ['127.0.0.1', '[::1]', '0.0.0.0', '[::]'])
      assert.equal(await shownAddress(`http://${host}:8000`, '', machine(BOTH)), 'http://localhost:8000');
    assert.equal(await shownAddress('http://127.0.0.1:9', '', machine(['127.0.0.1'])), 'http://localhost:9');
    const taken = machine(BOTH, BOTH);
    assert.equal(
      await shownAddress('http://[::]:8000', '', taken),
      'http://localhost:8000',
      'all of it is ours',
    );
  });

  it('is the number where another program is found under the name, or nobody', async () => {
    const beside = machine(BOTH, ['::1']);
    assert.equal(await shownAddress('http://127.0.0.1:8000', '', beside), 'http://127.0.0.1:8000');
    assert.equal(await shownAddress('http://0.0.0.0:8000', '', beside), 'http://127.0.0.1:8000');
    assert.equal(await shownAddress('http://[::1]:8000', '', machine(['127.0.0.1'])), 'http://[::1]:8000');
    const nameless = { ...beside, resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    assert.equal(await shownAddress('http://127.0.0.1:8000', '', nameless), 'http://127.0.0.1:8000');
  });

  it('is the name that it was told to listen on', async () => {
    const nowhere = machine([], BOTH);
    assert.equal(await shownAddress('http://[::1]:8000', 'localhost', nowhere), 'http://localhost:8000');
  });

  it('stays as it is where it is no loopback address', async () => {
    for (const address of ['http://192.0.2.7:8000', 'http://muster.example:80', 'http://[2001:db8::1]:8000'])
      assert.equal(await shownAddress(address, '', machine(BOTH, BOTH)), address);
  });

  it('is expected to have the name before the server listens', () => {
    for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])
      assert.equal(likelyAddress(host, 8000), 'http://localhost:8000');
    assert.equal(likelyAddress('192.0.2.7', 80), 'http://192.0.2.7:80');
    assert.equal(likelyAddress('2001:db8::1', 80), 'http://[2001:db8::1]:80');
  });

  it('finds out on this machine whether a program listens', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => other.once('listening', resolve));
      const address = other.address();
      assert.ok(typeof address === 'object' && address !== null);
      // Told to listen on ::1, the server does not have 127.0.0.1, where the other one listens.
      const { resolve } = machine(BOTH);
      const shown = await shownAddress(`http://[::1]:${address.port}`, '', { resolve, isTaken });
      assert.equal(shown, `http://[::1]:${address.port}`);
    } finally {
      other.close();
    }
  });
});
