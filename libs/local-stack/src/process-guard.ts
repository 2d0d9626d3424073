import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * The shell waits on a pipe whose other end only this process holds. A line means that the child has ended by itself;
 * end of file means that this process is gone, so the child has to go too: with its signal, then by force.
 */
const SCRIPT = `trap '' HUP INT TERM
read -r line && exit 0
kill -s "$2" "$1" 2>/dev/null || exit 0
seconds=0
while [ "$seconds" -lt 5 ]; do
  sleep 1
  kill -s 0 "$1" 2>/dev/null || exit 0
  seconds=$((seconds + 1))
done
kill -s KILL "$1" 2>/dev/null`;

/**
 * Sees to it that a child dies when this process does, whatever ends it. Works for any command on any POSIX system
 * (a death signal is Linux only; an IPC channel is node only). The result ends the watch: call it when the child has
 * ended, before its pid is used again.
 */
export function guard(pid: number, signal: NodeJS.Signals): () => void {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'liaison-guard', String(pid), signal.replace('SIG', '')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // EPIPE when somebody killed the shell: then there is nothing to tell it.
  shell.stdin.on('error', () => undefined);
  shell.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => shell.stdin.end('ended\n');
}
