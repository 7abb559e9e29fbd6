import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TurnTree } from '../../web/src/pages/conversation/turn-tree.ts';

const turn = (message_id: string, parent_message_id: string | null) => ({ message_id, parent_message_id });
const ids = (turns: readonly { readonly message_id: string }[]) =>
  turns.map(({ message_id }) => message_id).join('');

const tree = new TurnTree([
  turn('a', null),
  turn('b', 'a'),
  turn('c', 'a'),
  turn('d', 'b'),
  turn('e', 'c'),
  turn('x', 'deleted'),
]);

it('the path to a turn leads from the first one, and to an unknown one is empty', () => {
  assert.equal(ids(tree.pathTo('d')), 'abd');
  assert.equal(ids(tree.pathTo('nothing')), '');
});

it('branches are the turns of one parent, in the order of their making', () => {
  assert.equal(ids(tree.siblingsOf(turn('b', 'a'))), 'bc');
  assert.equal(tree.hasBranches, true);
  assert.equal(new TurnTree([turn('a', null), turn('b', 'a')]).hasBranches, false);
});

it('below a turn the youngest way is taken', () => {
  assert.equal(tree.newestBelow('a'), 'e');
  assert.equal(tree.newestBelow('b'), 'd');
});

it('a turn whose parent was deleted stands at the top', () => {
  assert.equal(ids(tree.childrenOf(null)), 'ax');
  assert.equal(ids(tree.pathTo('x')), 'x');
});
