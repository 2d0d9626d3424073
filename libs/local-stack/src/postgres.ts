export interface PostgresOptions {
  /** Holds `data/` (the cluster), `admin-password` (0600) and, unless named otherwise, `postgres.log`. */
  readonly dataDir: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Removes an earlier cluster first. */
  readonly fresh?: boolean;
  /** False turns fsync off, for tests that kill nothing. Default true. */
  readonly durable?: boolean;
  readonly logFile?: string;
}

export interface Postgres {
  readonly port: number;
  /** Superuser URL of the database `postgres`. Secret. */
  readonly adminUrl: string;
  /** Of the postmaster; changes with `restart`. */
  readonly pid: number;
  /** Fast shutdown. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it if it still runs and starts it again on the same port. */
  restart(): Promise<void>;
}

export async function startPostgres(_options: PostgresOptions): Promise<Postgres> {
  throw new Error('not written yet');
}
