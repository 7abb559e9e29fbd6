import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tellApart } from '../../web/src/ui/tell-apart.ts';

it('agents of one name are told apart by their crew, else by their id; a name of its own stands alone', () => {
  const crews = [
    { id: 'crew_1', name: 'Help desk' },
    { id: 'crew_2', name: 'Newsroom' },
  ];
  const agents = [
    { id: 'agent_aaaa', name: 'Editor', crew_id: 'crew_1' },
    { id: 'agent_bbbb', name: 'editor', crew_id: 'crew_2' },
    { id: 'agent_cccc', name: 'Editor', crew_id: null },
    { id: 'agent_dddd', name: 'Writer', crew_id: 'crew_2' },
    { id: 'agent_eeee', name: 'Writer', crew_id: 'crew_2' },
    { id: 'agent_ffff', name: 'Guide', crew_id: 'crew_1' },
  ];
  assert.deepEqual(Object.fromEntries(tellApart(agents, crews)), {
    agent_aaaa: 'Help desk',
    agent_bbbb: 'Newsroom',
    agent_cccc: '…cccc',
    agent_dddd: '…dddd',
    agent_eeee: '…eeee',
  });
});
