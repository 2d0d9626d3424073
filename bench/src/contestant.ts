/** One way to get a notice from a sender's HTTP interface into a recipient's database. */
export interface Contestant {
  readonly name: string;
  /** Starts its processes anew, so that every repetition begins alike. */
  start(): Promise<Running>;
}

export interface Running {
  readonly target: Target;
  readonly recipient: Recipient;
  /** Root of each process tree, by name. */
  readonly processes: Readonly<Record<string, number>>;
  /** Only of processes that are the contestant's own, at rest, in MB. */
  readonly residentMb: Readonly<Record<string, number>>;
  /** What follows an arrival (audit records): how many rows are there now, and how many an event makes. */
  readonly aftermath?: { readonly databaseUrl: string; readonly count: string; readonly perEvent: number };
  stop(): Promise<void>;
}

/** Where notices are posted. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether each request carries an `Idempotency-Key` of its own. */
  readonly idempotent: boolean;
  /** What the body is made of, around the notice. */
  readonly envelope: Readonly<Record<string, unknown>> | undefined;
  /** Added to the envelope, the one after the other, in turn. */
  readonly variants?: readonly Readonly<Record<string, unknown>>[];
  /** Of an accepted notice. */
  readonly status: number;
}

/** Where notices arrive: a table whose column `content` is the notice. */
export interface Recipient {
  /** As superuser. Secret. */
  readonly databaseUrl: string;
  readonly table: string;
}
