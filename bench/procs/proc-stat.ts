import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** False where the system has no /proc: CPU and memory figures are left out there. */
export const hasProc = existsSync('/proc/self/stat');

interface ProcStat {
  readonly parentPid: number;
  /** User and system time of all threads, and of children that have ended and were waited for. */
  readonly ticks: number;
}

/** Reads the text of /proc/<pid>/stat. The name in parentheses may hold spaces and parentheses itself. */
export function parseStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parentPid: field(4), ticks: field(14) + field(15) + field(16) + field(17) };
}

/** CPU time in microseconds that a process and its descendants have used so far, or undefined without /proc. */
export function cpuUs(pid: number): number | undefined {
  if (!hasProc) return undefined;
  let ticks = 0;
  for (const member of processTree(pid)) ticks += member.ticks;
  return (ticks * 1_000_000) / ticksPerSecond();
}

/** Resident memory in KB of a process and its descendants, or undefined without /proc. */
export function rssKb(pid: number): number | undefined {
  if (!hasProc) return undefined;
  let sumKb = 0;
  for (const member of processTree(pid)) {
    const status = readIfThere(`/proc/${member.pid}/status`);
    sumKb += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }
  return sumKb;
}

/** CPU time in microseconds that the whole machine has used so far, or undefined without /proc. */
export function machineCpuUs(): number | undefined {
  if (!hasProc) return undefined;
  const total = readIfThere('/proc/stat').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = total
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number);
  return ((user + nice + system + irq + softirq + steal) * 1_000_000) / ticksPerSecond();
}

interface Member extends ProcStat {
  readonly pid: number;
}

function processTree(root: number): Member[] {
  const children = new Map<number, Member[]>();
  let rootMember: Member | undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = readIfThere(`/proc/${name}/stat`);
    if (text === '') continue;
    const member = { pid: Number(name), ...parseStat(text) };
    if (member.pid === root) rootMember = member;
    const siblings = children.get(member.parentPid);
    if (siblings) siblings.push(member);
    else children.set(member.parentPid, [member]);
  }
  const tree = rootMember ? [rootMember] : [];
  for (const member of tree) tree.push(...(children.get(member.pid) ?? []));
  return tree;
}

/** A process may end between the listing and the reading. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

let knownTicksPerSecond: number | undefined;
function ticksPerSecond(): number {
  knownTicksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return knownTicksPerSecond;
}
