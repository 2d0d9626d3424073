import {
  findKafkaTools,
  type KafkaUser,
  startKafka,
  startPostgres,
  urlFor,
  withClient,
} from '@liaison/local-stack';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestPostgres {
  /** Superuser URL of the database `postgres`. */
  readonly adminUrl: string;
  /** Stops the server when it was started for this suite; one that is shared goes on. */
  stop(): Promise<void>;
}

export interface TestKafka {
  readonly brokers: readonly string[];
  readonly adminUser?: string;
  readonly adminPassword?: string;
  /** Users without any access rule. */
  readonly users: readonly KafkaUser[];
  stop(): Promise<void>;
}

/** Servers of one suite alone, which it may kill and start again. */
export interface Killable {
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again with what it had stored. */
  restart(): Promise<void>;
}

/** The server that the test runner started for all suites (LIAISON_TEST_POSTGRES_URL), else one for this suite. */
export async function testPostgres(): Promise<TestPostgres> {
  const adminUrl = process.env['LIAISON_TEST_POSTGRES_URL'];
  if (adminUrl) return { adminUrl, stop: async () => undefined };
  return ownPostgres({ durable: false });
}

export async function ownPostgres({ durable = true } = {}): Promise<TestPostgres & Killable> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-postgres-'));
  const postgres = await startPostgres({ dataDir: folder, durable });
  return {
    adminUrl: postgres.adminUrl,
    kill: () => postgres.kill(),
    restart: () => postgres.restart(),
    stop: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The broker that the test runner started for all suites (LIAISON_TEST_KAFKA), else one for this suite. */
export async function testKafka(): Promise<TestKafka> {
  const shared = process.env['LIAISON_TEST_KAFKA'];
  if (shared) return { ...(JSON.parse(shared) as Omit<TestKafka, 'stop'>), stop: async () => undefined };
  return ownKafka();
}

/** @param names of users without any access rule */
export async function ownKafka(names: readonly string[] = ['alice', 'bob']): Promise<TestKafka & Killable> {
  const tools = await findKafkaTools();
  if (!tools.available) throw new Error(tools.reason);
  const folder = mkdtempSync(join(tmpdir(), 'liaison-kafka-'));
  const users = names.map((name) => ({ name, password: randomUUID() }));
  const kafka = await startKafka({ dataDir: folder, users });
  const { brokers, adminUser, adminPassword } = kafka;
  return {
    brokers,
    adminUser,
    adminPassword,
    users,
    kill: () => kafka.kill(),
    restart: () => kafka.restart(),
    stop: async () => {
      await kafka.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A suite over a real Kafka. Where there is none (LIAISON_KAFKA_UNAVAILABLE=1) its place is taken by one test that says
 * so, and fails where everything must run (CI=true).
 */
export function describeWithKafka(name: string, define: () => void): void {
  const missing = process.env['LIAISON_KAFKA_UNAVAILABLE'] === '1';
  describeUnless(missing, name, 'install Java 17 or later and Maven, or set KAFKA_BROKERS', define);
}

/**
 * A suite over a Kafka that it kills, or that has to be empty: it starts its own. One that runs elsewhere is no help
 * (LIAISON_OWN_KAFKA_UNAVAILABLE=1).
 */
export function describeWithOwnKafka(name: string, define: () => void): void {
  const missing = ['LIAISON_KAFKA_UNAVAILABLE', 'LIAISON_OWN_KAFKA_UNAVAILABLE'].some(
    (variable) => process.env[variable] === '1',
  );
  describeUnless(missing, name, 'it starts a Kafka of its own: install Java 17 or later and Maven', define);
}

/** Starting a Kafka, services and their databases on a busy machine, ms. */
const START_MS = 180_000;

/** A suite over the embedded broker, and once more over a Kafka of its own: for `startAgencyWorld({ broker })`. */
export function describeOnBothBrokers(name: string, define: (broker: 'embedded' | 'kafka') => void): void {
  jest.setTimeout(START_MS);
  describe(name, () => define('embedded'));
  describeWithOwnKafka(`${name}, over Kafka`, () => define('kafka'));
}

export function describeUnless(missing: boolean, name: string, remedy: string, define: () => void): void {
  if (!missing) {
    describe(name, define);
    return;
  }
  const notRun = `NOT RUN: ${name}: ${remedy}`;
  test(notRun, () => sayNotRun(notRun, process.env));
}

/** Said where somebody works; where everything must run (CI=true), a failure. */
export function sayNotRun(notRun: string, { CI }: { readonly CI?: string }): void {
  if (CI === 'true') throw new Error(notRun);
  console.warn(notRun);
}

export interface TestDatabase {
  /** As its owner, a superuser. */
  readonly adminUrl: string;
  /** The same database as another role. */
  urlFor(role: string, password: string): string;
  /** Runs statements as the owner. */
  run(sql: string): Promise<void>;
  drop(): Promise<void>;
}

/** A new database that nobody but its owner may connect to. */
export async function createTestDatabase(server: TestPostgres): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server.adminUrl, `create database ${name}`);
  const adminUrl = urlFor(server.adminUrl, name);
  await runSql(adminUrl, `revoke all on database ${name} from public`);
  return {
    adminUrl,
    urlFor: (role, password) => urlFor(adminUrl, name, role, password),
    run: (sql) => runSql(adminUrl, sql),
    drop: () => runSql(server.adminUrl, `drop database if exists ${name} with (force)`),
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}
