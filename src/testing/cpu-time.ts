/**
 * How long this thread computed for `work`, in milliseconds. Unlike the time that passed it does not grow with what else
 * the machine has to do, so a bound on it says something about the code.
 */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The same of the whole process, other threads included: SQLite reads for reports on one of its own. */
export async function processCpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
