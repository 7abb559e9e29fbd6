/** What a task takes where nothing is known of it. */
const TASK_SECONDS = 30;

/**
 * How many seconds a job will take: the median of what the crew's last jobs took, else a guess by the longest chain of
 * tasks that wait for one another. At least 1.
 */
export function estimateDurationSeconds(pastMs: readonly number[], chainLength: number): number {
  if (pastMs.length === 0) return Math.max(1, chainLength) * TASK_SECONDS;
  const sorted = pastMs.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return Math.max(1, Math.round((upper + lower) / 2000));
}

/** How many tasks the longest chain of such has as wait for one another. */
export function longestChain(
  tasks: readonly { readonly id: string; readonly needs: readonly string[] }[],
): number {
  const depths = new Map<string, number>();
  for (const { id, needs } of tasks) {
    depths.set(id, 1 + Math.max(0, ...needs.map((need) => depths.get(need) ?? 0)));
  }
  return Math.max(0, ...depths.values());
}
