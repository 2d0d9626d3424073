import type { Report } from '@liaison/local-stack';

/** Where a command writes. With `--json` standard output has one JSON document and nothing else. */
export interface Output {
  /** Progress and explanations for people. */
  readonly say: Report;
  /** The result for machines; nothing without `--json`. */
  readonly result: (value: unknown) => void;
}

export function outputFor(json: boolean): Output {
  return json
    ? {
        say: (line) => void process.stderr.write(`${line}\n`),
        result: (value) => writeOut(JSON.stringify(value, null, 2)),
      }
    : { say: writeOut, result: () => undefined };
}

function writeOut(line: string): void {
  process.stdout.write(`${line}\n`);
}
