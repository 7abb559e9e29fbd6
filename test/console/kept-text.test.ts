import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { isText, keptText } from '../../web/src/ui/kept-text.ts';

describe('what was typed and is not sent yet', () => {
  const stored = new Map<string, string>();
  let room = Number.POSITIVE_INFINITY;
  const storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    removeItem: (name: string) => void stored.delete(name),
    setItem(name: string, text: string) {
      if (text.length > room) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      stored.set(name, text);
    },
  };
  beforeEach(() => {
    Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true });
  });
  afterEach(() => {
    stored.clear();
    room = Number.POSITIVE_INFINITY;
  });

  it('is there again for who typed it, and for nobody else who signs in in the same tab', () => {
    keptText.belongsTo('user_anna');
    keptText.keep('new-agent', 'Anna’s secret plan');
    keptText.belongsTo('user_ben');
    assert.equal(keptText.read('new-agent', isText), undefined);
    keptText.keep('new-agent', 'Ben’s');
    keptText.belongsTo('user_anna');
    assert.equal(keptText.read('new-agent', isText), 'Anna’s secret plan');
  });

  it('is not kept when the storage of the tab is full: the page goes on, and nothing older comes back', () => {
    const told = mock.fn();
    keptText.whenFull(told);
    keptText.keep('new-agent', 'short');
    room = 10;
    keptText.keep('new-agent', 'much longer than that');
    assert.equal(keptText.read('new-agent', isText), undefined);
    keptText.keep('new-agent', 'much longer than that, too');
    assert.equal(told.mock.callCount(), 1, 'once, not with every key');
  });

  it('is forgotten once it was sent, and stays when something else was typed meanwhile', () => {
    keptText.keep('new-agent', 'first');
    keptText.keep('new-agent', 'second');
    keptText.forgetOnly('new-agent', 'first');
    assert.equal(keptText.read('new-agent', isText), 'second');
    keptText.forgetOnly('new-agent', 'second');
    assert.equal(keptText.read('new-agent', isText), undefined);
  });
});
