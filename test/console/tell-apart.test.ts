import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tellApart } from '../../web/src/ui/tell-apart.ts';

it('agents of one name are told apart by their crew, else by their id; a name of its own stands alone', () => {
  const agents = [
    { id: 'agent_aaaa', name: 'Editor', crew_name: 'Help desk' },
    { id: 'agent_bbbb', name: 'editor', crew_name: 'Newsroom' },
    { id: 'agent_cccc', name: 'Editor', crew_name: null },
    { id: 'agent_dddd', name: 'Writer', crew_name: 'Newsroom' },
    { id: 'agent_eeee', name: 'Writer', crew_name: 'Newsroom' },
    { id: 'agent_ffff', name: 'Guide', crew_name: 'Help desk' },
  ];
  assert.deepEqual(Object.fromEntries(tellApart(agents)), {
    agent_aaaa: 'Help desk',
    agent_bbbb: 'Newsroom',
    agent_cccc: '…cccc',
    agent_dddd: '…dddd',
    agent_eeee: '…eeee',
  });
});
