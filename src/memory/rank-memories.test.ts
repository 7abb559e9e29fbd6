import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rankMemories } from './rank-memories.ts';
import type { MemoryItem } from './types.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

function memory(content: string, fields: Partial<MemoryItem> = {}): MemoryItem {
  const times = { createdAt: NOW, updatedAt: NOW };
  return {
    id: content,
    kind: 'long_term',
    category: '',
    content,
    jobId: 'job_1',
    endUser: '',
    ...times,
    ...fields,
  };
}

const contents = (items: readonly MemoryItem[]): string[] => items.map(({ content }) => content);

describe('recall', () => {
  it('gives what shares words with the question, rare words first, and nothing else', () => {
    const items = [
      memory('Customers like the report short'),
      memory('The report on kettles is due on Mondays'),
      memory('The office has a new door'),
    ];
    assert.deepEqual(contents(rankMemories(items, 'Write the report about kettles', NOW, 5)).slice(0, 2), [
      'The report on kettles is due on Mondays',
      'Customers like the report short',
    ]);
    assert.deepEqual(rankMemories(items, 'Zebras?', NOW, 5), []);
    assert.deepEqual(rankMemories(items, '', NOW, 5), []);
  });

  it('prefers the newer of two that say as much, and keeps to its limit', () => {
    const items = [
      memory('kettle is red', { updatedAt: NOW - 300 * DAY }),
      memory('kettle is blue'),
      memory('kettle is green', { updatedAt: NOW - DAY }),
    ];
    assert.deepEqual(contents(rankMemories(items, 'kettle', NOW, 2)), ['kettle is blue', 'kettle is green']);
  });

  it('reads words of any script', () => {
    assert.equal(rankMemories([memory('客户 喜欢 邮件')], '邮件', NOW, 1).length, 1);
  });
});
