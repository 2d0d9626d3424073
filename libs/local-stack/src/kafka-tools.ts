import { AppError } from '@liaison/kernel';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, ensureWritableFolder } from './data-folder';
import { startOf } from './process-table';

export interface KafkaTools {
  readonly available: boolean;
  /** What is missing and how to get it; empty when available. */
  readonly reason: string;
}

/** The environment as it is now: what is on the PATH decides. */
const run = (command: string, args: readonly string[]) =>
  promisify(execFile)(command, args, { env: process.env });
const OLDEST_JAVA = 17;

/** `pom.xml` and `log4j2.properties`, beside `src` and `dist`. */
export const kafkaFolder = join(__dirname, '..', 'kafka');

/** LIAISON_CACHE_DIR, else `.liaison` in the repository. */
export function defaultKafkaCache(): string {
  return process.env['LIAISON_CACHE_DIR'] ?? resolve(__dirname, '..', '..', '..', '.liaison');
}

/** Java 17 or later, and Maven unless the jars are in the cache already. LIAISON_KAFKA_UNAVAILABLE=1 says no. */
export async function findKafkaTools(cacheDir = defaultKafkaCache()): Promise<KafkaTools> {
  const how = 'Install Java 17 or later and Maven, or set KAFKA_BROKERS to a Kafka that runs.';
  if (process.env['LIAISON_KAFKA_UNAVAILABLE'] === '1') {
    return { available: false, reason: `LIAISON_KAFKA_UNAVAILABLE is set. ${how}` };
  }
  const java = await javaVersion();
  if (java === undefined) return { available: false, reason: `There is no Java. ${how}` };
  if (java < OLDEST_JAVA) return { available: false, reason: `Java ${java} is too old for Kafka. ${how}` };
  if (!existsSync(jarsIn(cacheDir)) && !(await hasMaven()))
    return { available: false, reason: `There is no Maven. ${how}` };
  return { available: true, reason: '' };
}

/**
 * The folder of Apache Kafka's jars; fetched through Maven the first time. They are copied elsewhere and get their
 * place when all are there, so an interrupted copy never counts.
 * @throws AppError `kafka-unavailable`, `data-folder-not-writable`
 */
export async function ensureKafkaJars(cacheDir = defaultKafkaCache()): Promise<string> {
  const folder = jarsIn(cacheDir);
  // Java runs them, so it is asked for even where they are here already.
  const tools = await findKafkaTools(cacheDir);
  if (!tools.available) throw new AppError('kafka-unavailable', tools.reason);
  if (existsSync(folder)) return folder;
  const running = fetching.get(folder) ?? fetchJars(cacheDir, folder).finally(() => fetching.delete(folder));
  fetching.set(folder, running);
  await running;
  return folder;
}

/** One fetch a process and folder: its draft carries the process's id. */
const fetching = new Map<string, Promise<void>>();

async function fetchJars(cacheDir: string, folder: string): Promise<void> {
  ensureWritableFolder(cacheDir);
  removeAbandoned(cacheDir);
  const draft = join(cacheDir, `${DRAFT}${process.pid}`);
  mkdirSync(draft, { recursive: true });
  try {
    await copyJars(join(draft, 'libs'));
    renameSync(draft, join(folder, '..'));
  } catch (error) {
    // Somebody else finished first: theirs is as good.
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error)) || !existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

const DRAFT = 'kafka-new-';

function jarsIn(cacheDir: string): string {
  return join(resolve(cacheDir), `kafka-${kafkaVersion()}`, 'libs');
}

function kafkaVersion(): string {
  const pom = readFileSync(join(kafkaFolder, 'pom.xml'), 'utf8');
  const version = /<\/artifactId>\s*<version>([\d.]+)<\/version>/.exec(pom)?.[1];
  if (version === undefined)
    throw new AppError('kafka-unavailable', `${kafkaFolder}/pom.xml names no version of Kafka.`);
  return version;
}

async function copyJars(folder: string): Promise<void> {
  const args = ['-q', '-B', '-f', join(kafkaFolder, 'pom.xml'), 'dependency:copy-dependencies'];
  try {
    await run('mvn', [...args, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]);
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    const reason = output.split('\n').find((line) => line.includes('[ERROR]')) ?? codeOf(error);
    const message = `Maven could not fetch Apache Kafka: ${reason.replace('[ERROR] ', '').trim()}. Check the network and Maven's settings, then try again.`;
    throw new AppError('kafka-unavailable', message, { retriable: true });
  }
}

function removeAbandoned(cacheDir: string): void {
  for (const entry of readdirSync(cacheDir)) {
    const pid = entry.startsWith(DRAFT) ? Number(entry.slice(DRAFT.length)) : undefined;
    if (pid !== undefined && startOf(pid) === '')
      rmSync(join(cacheDir, entry), { recursive: true, force: true });
  }
}

async function javaVersion(): Promise<number | undefined> {
  try {
    const { stdout } = await run('java', ['--version']);
    return Number(/^\S+ (\d+)/.exec(stdout)?.[1] ?? 0);
  } catch (error) {
    // Java 8 runs, but does not know this option.
    return codeOf(error) === 'ENOENT' ? undefined : 8;
  }
}

async function hasMaven(): Promise<boolean> {
  try {
    await run('mvn', ['--version']);
    return true;
  } catch {
    return false;
  }
}
