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
  /** SIGTERM (or `stopSignal`), SIGKILL after 10 s. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a process and waits until it is ready. It dies with this one, even when this one is killed with SIGKILL.
 * @throws AppError `process-died`, `process-not-ready`; the message has one line, with the reason and the log file.
 */
export async function superviseProcess(_options: ProcessOptions): Promise<SupervisedProcess> {
  throw new Error('not written yet');
}
