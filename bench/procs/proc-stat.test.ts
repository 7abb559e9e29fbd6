import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuUs, hasProc, parseStat, rssKb } from './proc-stat.ts';

test('CPU time is read behind a process name with spaces and parentheses', () => {
  const text = '42 (a (b) c) S 7 42 42 0 -1 4194560 100 0 0 0 11 22 3 4 20 0 11 0 100 0 0';
  assert.deepEqual(parseStat(text), { parentPid: 7, ticks: 11 + 22 + 3 + 4 });
});

test('a process that burns time is seen to use it, and its memory counts', { skip: !hasProc }, () => {
  const before = cpuUs(process.pid) ?? 0;
  const untilMs = performance.now() + 100;
  while (performance.now() < untilMs) Math.random();
  const usedUs = (cpuUs(process.pid) ?? 0) - before;
  assert.ok(usedUs >= 30_000, `used ${usedUs} µs`);
  assert.ok((rssKb(process.pid) ?? 0) > 10_000);
});
