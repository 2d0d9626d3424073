import { AppError } from '@liaison/kernel';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { dirname } from 'node:path';
import { linesAfter, reasonIn, textAfter } from './log-file';
import { guard } from './process-guard';
import { pause } from './wait';

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** On top of PATH, HOME, TMPDIR, TZ and the locale; nothing else of the parent's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ready when this answers 200. */
  readonly readyUrl?: string;
  /** Ready when its output has this. */
  readonly readyLine?: string | RegExp;
  /** Ready when this says so. */
  readonly ready?: () => Promise<boolean>;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** Default 60,000 ms. */
  readonly readyTimeoutMs?: number;
  /** What `stop` sends first (default SIGTERM). */
  readonly stopSignal?: NodeJS.Signals;
  /** Then SIGKILL, after so long (default 10,000 ms). */
  readonly stopTimeoutMs?: number;
  /** Whom to run as, when the parent is root. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly running: boolean;
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM (or `stopSignal`), then SIGKILL when it takes too long. Idempotent. */
  stop(): Promise<void>;
}

/** A process that did not become ready. `tail` has the last lines of its output. */
export class StartFailure extends AppError {
  constructor(
    code: 'process-died' | 'process-not-ready' | 'process-not-found',
    message: string,
    readonly tail: readonly string[],
  ) {
    super(code, message);
    this.name = 'StartFailure';
  }
}

const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'];
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a process and waits until it is ready. It runs in a session of its own, so that Ctrl-C reaches only the parent,
 * which stops its children in order; and it dies with the parent, even when that is killed with SIGKILL (see `guard`).
 * @throws StartFailure with one line that has the reason and the log file
 */
export async function superviseProcess(options: ProcessOptions): Promise<SupervisedProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const logStart = statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const supervised = await launch(options, logStart);
  try {
    await waitUntilReady(supervised, options, logStart);
    return supervised;
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

async function launch(options: ProcessOptions, logStart: number): Promise<SupervisedProcess> {
  // A file, not a pipe: the child is neither slowed by a busy parent nor killed by SIGPIPE when the parent dies.
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.command, options.args ?? [], {
    cwd: options.cwd,
    env: { ...inherited(), ...options.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...options.runAs,
  });
  closeSync(log);
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await started(child, options, logStart);
  const pid = child.pid ?? 0;
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const release = guard(pid, stopSignal);
  void exited.then(release);

  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name: options.name,
    pid,
    logFile: options.logFile,
    exited,
    get running() {
      return running();
    },
    kill: (signal) => {
      if (running()) child.kill(signal);
    },
    stop: async () => {
      if (!running()) return;
      child.kill(stopSignal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(impatience);
    },
  };
}

function started(child: ChildProcess, options: ProcessOptions, logStart: number): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      const message = `${options.name} cannot be started: ${error.message}. Check that ${options.command} is there and may be run.`;
      reject(new StartFailure('process-not-found', message, linesAfter(options.logFile, logStart)));
    });
  });
}

async function waitUntilReady(
  process: SupervisedProcess,
  options: ProcessOptions,
  logStart: number,
): Promise<void> {
  const deadline = Date.now() + (options.readyTimeoutMs ?? 60_000);
  let ended: ProcessExit | undefined;
  void process.exited.then((exit) => {
    ended = exit;
  });
  while (!(await isReady(options, logStart))) {
    if (ended) throw died(options, ended, logStart);
    if (Date.now() > deadline) throw notReady(options, logStart);
    await Promise.race([pause(30), process.exited]);
  }
  if (ended) throw died(options, ended, logStart);
}

async function isReady(options: ProcessOptions, logStart: number): Promise<boolean> {
  if (options.readyLine !== undefined) {
    const output = textAfter(options.logFile, logStart);
    const found =
      typeof options.readyLine === 'string'
        ? output.includes(options.readyLine)
        : options.readyLine.test(output);
    if (!found) return false;
  }
  if (options.readyUrl !== undefined && !(await answers200(options.readyUrl))) return false;
  return options.ready === undefined || (await options.ready());
}

/** Without an agent, so that no idle connection keeps this process or the child alive. */
function answers200(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function died(options: ProcessOptions, { code, signal }: ProcessExit, logStart: number): StartFailure {
  const tail = linesAfter(options.logFile, logStart);
  const how = signal === null ? `exit code ${code}` : signal;
  const message = `${options.name} ended while it started (${how}): ${reasonIn(tail)} (${options.logFile})`;
  return new StartFailure('process-died', message, tail);
}

function notReady(options: ProcessOptions, logStart: number): StartFailure {
  const tail = linesAfter(options.logFile, logStart);
  const seconds = Math.round((options.readyTimeoutMs ?? 60_000) / 1000);
  const message = `${options.name} was not ready after ${seconds} s: ${reasonIn(tail)} (${options.logFile})`;
  return new StartFailure('process-not-ready', message, tail);
}

function inherited(): Record<string, string> {
  const entries = PASSED_ON.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
