import { AppError } from '@liaison/kernel';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './data-folder';

/**
 * Runs one of Kafka's administration programs. Its arguments go through a file (0600) that Java reads, because they hold
 * passwords and the process list shows arguments to everybody. Its standard output is discarded: some of these programs
 * print salts and keys.
 * @throws AppError `kafka-admin-failed`
 */
export async function runKafkaProgram(options: {
  readonly libs: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly workDir: string;
}): Promise<void> {
  const argumentFile = join(options.workDir, `arguments-${process.pid}`);
  const all = [
    '-Xmx128m',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(options.libs, '*'),
    options.program,
    ...options.args,
  ];
  writeWhole(argumentFile, all.map(quoted).join('\n'));
  try {
    await java(argumentFile, options.program);
  } finally {
    rmSync(argumentFile, { force: true });
  }
}

function java(argumentFile: string, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('java', [`@${argumentFile}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const reason = errors.split('\n').find((line) => /error|exception/i.test(line)) ?? `exit code ${code}`;
      reject(new AppError('kafka-admin-failed', `Kafka's ${program} failed: ${reason.trim()}`));
    });
  });
}

function quoted(argument: string): string {
  return `"${argument.replace(/["\\]/g, '\\$&')}"`;
}
