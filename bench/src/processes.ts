import { readdirSync, readFileSync } from 'node:fs';

/** `CLK_TCK` of Linux on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/**
 * CPU time used so far by the process and everything below it, in ms: user and system, and of children that have ended,
 * which is what `/proc/<pid>/stat` adds to their parent.
 */
export function cpuOfTree(root: number): number {
  const ticks = treeOf(root).reduce((sum, stat) => sum + stat.ticks, 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function treeOf(root: number): readonly Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)));
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return all.filter(({ pid }) => tree.has(pid));
}

/** Memory of the process and everything below it, in MB; what several share (PostgreSQL's buffers) counts once. */
export function memoryOfTree(root: number): number {
  const kilobytes = treeOf(root).map(({ pid }) => {
    const [, share] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(share);
  });
  return kilobytes.reduce((sum, share) => sum + share, 0) / 1024;
}

/** Resident memory of one process, in MB. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Nothing where the process has just ended. */
function statOf(pid: number): Stat[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return [];
  }
  // The name, in parentheses, may hold anything; what follows it starts with field 3, the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = [14, 15, 16, 17].reduce((sum, field) => sum + Number(fields[field - 3]), 0);
  return [{ pid, parent: Number(fields[1]), ticks }];
}

/** CPU of several process trees, by name, in ms. */
export function cpuOf(processes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuOfTree(pid)]));
}
