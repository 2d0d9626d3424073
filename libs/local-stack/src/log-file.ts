import { closeSync, openSync, readSync, statSync } from 'node:fs';

const TAIL_BYTES = 64 * 1024;

/** What a log file got after a position: the last 64 KiB of it. Empty when there is no file. */
export function textAfter(file: string, position: number): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const start = Math.max(position, size - TAIL_BYTES);
  if (size <= start) return '';
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** The last 20 lines after a position. */
export function linesAfter(file: string, position: number): string[] {
  return textAfter(file, position)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-20);
}

/** The one line that says best why a process ended: its last error, else its last line. */
export function reasonIn(lines: readonly string[]): string {
  const failing = /^\s*(?:at |\[?cause|Node\.js v)/;
  const telling = lines.filter((line) => !failing.test(line)).map(plain);
  const error = telling.findLast((line) => /error|fatal|panic|exception|denied|refused|invalid/i.test(line));
  return (error ?? telling.at(-1) ?? 'it said nothing').slice(0, 400);
}

/** A structured log line becomes its message. */
function plain(line: string): string {
  if (!line.startsWith('{')) return line.trim();
  try {
    const { msg, message, err } = JSON.parse(line) as {
      msg?: unknown;
      message?: unknown;
      err?: { message?: unknown };
    };
    const text = err?.message ?? msg ?? message;
    return typeof text === 'string' ? text : line;
  } catch {
    return line;
  }
}
