import type { Kafka, Postgres } from '@liaison/local-stack';
import type { Proxy } from '@liaison/testing';
import type { Accepted, Load } from '../load';
import type { ServerName } from './plan';

/** A process that faults are done to. */
export interface Victim {
  readonly name: string;
  readonly running: boolean;
  readonly logFile: string;
  /** Of its database, as superuser. Secret. */
  readonly databaseUrl: string;
  kill(signal: NodeJS.Signals): void;
  exited(): Promise<void>;
  /** Stops it if it still runs, starts it again and waits until it is ready. */
  restart(): Promise<void>;
}

/** A file system of limited size that holds the database. */
export interface SmallDisk {
  /** Takes what is left of it. */
  fill(): void;
  free(): void;
}

/** A service's database as it was at some time. */
export interface Backup {
  /** Puts it in the place of what the service has by now, as an operator does; the service has ended. */
  restore(): Promise<void>;
}

/** How often something was accepted. */
export interface Done {
  readonly step: string;
  readonly count: number;
}

export interface CampaignLoad extends Load {
  /** What else was accepted, beside notices. */
  steps?(): readonly Done[];
}

/** A running system that is hurt, and is asked afterwards what it has kept of what it accepted. */
export interface Target {
  readonly dataDir: string;
  readonly services: readonly Victim[];
  readonly kafka: Kafka;
  readonly postgres: Postgres;
  readonly disk?: SmallDisk;
  /** Between a service and each broker, or its database. */
  proxies(service: string, server: ServerName): readonly Proxy[];
  /** How wrong the clock of a service is, in seconds. */
  setClock(service: string, seconds: number): void;
  /** One more process of a service, until it is stopped. */
  startTwin(service: string): Promise<{ stop(): Promise<void> }>;
  /** Of the database of a service that has ended. */
  backUp(service: string): Promise<Backup>;
  startLoad(): CampaignLoad;
  /** Waits until nothing is under way any more. @throws Error that says what still is, when it has been long enough */
  settle(): Promise<void>;
  /** Compares everything that was ever accepted with what has become of it. @throws Error that says what is not as it must be */
  check(accepted: readonly Accepted[]): Promise<void>;
  /** Nothing stays: neither process, nor file system; the folder stays when it is to be looked at. */
  stop(options: { readonly keepFolder: boolean }): Promise<void>;
}

/** @throws RangeError `no such service` */
export function victimOf(target: Target, service: string): Victim {
  const victim = target.services.find(({ name }) => name === service);
  if (!victim) throw new RangeError(`no such service: ${service}`);
  return victim;
}
