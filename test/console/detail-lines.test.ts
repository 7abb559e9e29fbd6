import assert from 'node:assert/strict';
import { it } from 'node:test';
import { detailLines } from '../../web/src/pages/settings/audit/detail-lines.ts';
import { formatDateTime } from '../../web/src/ui/format.ts';

const MOMENT = 1_795_459_791_585;

it('the audit log says times as dates, amounts as dollars, and ids by their ends; what is no such thing stays whole', () => {
  const lines = detailLines({
    name: 'agent_of_the_month_2026',
    expiresAt: MOMENT,
    inputNanoUsdPerMillion: '100000000000',
    cachedInputNanoUsdPerMillion: '250000000',
    dailyLimitNanoUsd: '5000000000',
    monthlyLimitNanoUsd: null,
    amountUsd: '-2.5',
    agentIds: ['agent_0VbjPLmD42t5BPTtOGcioQDejk', 'agent_0VbjPLmD42t5BPTtOGcioQaaaa'],
    ledgerId: 'led_0VbjPLmD42t5BPTtOGcioQbbbb',
    origins: ['https://a.example.com', 'https://b.example.com'],
    hasApiKey: true,
    prefix: 'mk_0VbjPLmD42t5BPTtOGci',
  });
  assert.deepEqual(lines, [
    'name: agent_of_the_month_2026',
    `expires at: ${formatDateTime(MOMENT)}`,
    'input: $100.00 per million',
    'cached input: $0.25 per million',
    'daily limit: $5.00',
    'monthly limit: none',
    'amount: -$2.50',
    'agents: …oQDejk, …oQaaaa',
    'ledger: …oQbbbb',
    'origins: https://a.example.com, https://b.example.com',
    'has api key: yes',
    'prefix: mk_0VbjPLmD42t5BPTtOGci',
  ]);
});
