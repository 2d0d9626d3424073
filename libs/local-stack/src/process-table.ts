import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Does a process with this pid run, and does its command line name the program? */
export function isProcess(pid: number, program: string): boolean {
  return Number.isInteger(pid) && pid > 0 && commandLine(pid).includes(program);
}

/**
 * What tells a process from a later one with the same pid: when it was started. Empty when it does not run (any more:
 * a zombie does not).
 */
export function startOf(pid: number): string {
  if (!existsSync('/proc/self/stat')) return ps(pid, 'lstart=');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may have blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

function commandLine(pid: number): string {
  if (!existsSync('/proc/self/cmdline')) return ps(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
