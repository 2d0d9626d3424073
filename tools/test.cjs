// Runs every suite against one PostgreSQL and one Kafka of its own: `npm test`, `npm test -- libs/kernel`.
// Arguments go to Jest. What the suites get: the environment variables that libs/testing/src/servers.ts reads.
const { spawn } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');

const { findKafkaTools, startKafka, startPostgres, step } = require('@liaison/local-stack');
const { ensureSchemathesis, findFuzzTools } = require('../libs/testing/dist/fuzz-tools.js');

const root = join(__dirname, '..');
const ci = process.env.CI === 'true';
const folder = mkdtempSync(join(tmpdir(), 'liaison-test-'));
/** After its report is written Jest has this long to end by itself; longer means that a suite left something open. */
const GRACE_MS = 20_000;

/** Suites that kill processes or start whole systems wait more than they work, and take memory: they come second. */
const SYSTEMS = ['<rootDir>/e2e/**/*.spec.ts', '**/*.kill.spec.ts'];
const PHASES = [
  {
    name: 'quick',
    title: 'quick suites',
    args: ['/node_modules/', '<rootDir>/e2e/', '\\.kill\\.spec\\.ts$'].map(
      (it) => `--testPathIgnorePatterns=${it}`,
    ),
  },
  {
    name: 'systems',
    title: 'whole systems',
    args: SYSTEMS.map((it) => `--testMatch=${it}`),
  },
];

let interrupted = false;
let jest;
const servers = [];

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    jest?.kill(signal);
  });
}

/** @returns what is missing for contract fuzzing, or nothing: then it is installed. */
async function prepareFuzzing() {
  const { available, reason } = await findFuzzTools();
  if (available) await step('Schemathesis', ensureSchemathesis);
  else process.env.LIAISON_FUZZ_UNAVAILABLE = '1';
  return reason;
}

/** @returns what is missing for the suites over Kafka, or nothing. */
async function startServers() {
  const postgres = await step('PostgreSQL', () =>
    startPostgres({ dataDir: join(folder, 'postgres'), durable: false }),
  );
  servers.push(postgres);
  process.env.LIAISON_TEST_POSTGRES_URL = postgres.adminUrl;

  const { KAFKA_BROKERS, KAFKA_ADMIN_USERNAME, KAFKA_ADMIN_PASSWORD, KAFKA_USERS_FILE } = process.env;
  if (KAFKA_BROKERS) {
    const named = KAFKA_USERS_FILE ? JSON.parse(readFileSync(KAFKA_USERS_FILE, 'utf8')) : {};
    process.env.LIAISON_TEST_KAFKA = JSON.stringify({
      brokers: KAFKA_BROKERS.split(',').map((it) => it.trim()),
      adminUser: KAFKA_ADMIN_USERNAME,
      adminPassword: KAFKA_ADMIN_PASSWORD,
      users: Object.values(named).map(({ username, password }) => ({ name: username, password })),
    });
    if (!(await findKafkaTools()).available) process.env.LIAISON_OWN_KAFKA_UNAVAILABLE = '1';
    return undefined;
  }
  const tools = await findKafkaTools();
  if (!tools.available) {
    process.env.LIAISON_KAFKA_UNAVAILABLE = '1';
    return tools.reason;
  }
  const users = ['alice', 'bob'].map((name) => ({ name, password: randomUUID() }));
  const kafka = await step('Kafka', () => startKafka({ dataDir: join(folder, 'kafka'), users }));
  servers.push(kafka);
  const { brokers, adminUser, adminPassword } = kafka;
  process.env.LIAISON_TEST_KAFKA = JSON.stringify({ brokers, adminUser, adminPassword, users });
  return undefined;
}

/** @returns Jest's JSON report, or undefined when it died before writing one, and whether it ended well. */
async function runJest({ name, args }, extra) {
  const report = join(folder, `${name}.json`);
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = [
    ...['--config', 'jest.config.cjs', '--passWithNoTests', '--json', `--outputFile=${report}`],
    // Two at a time; a worker that has grown, through what suites leave behind, is replaced.
    ...['--maxWorkers=2', '--workerIdleMemoryLimit=1500MB'],
  ];
  // First what the caller gave: Jest's list options swallow every word that follows them.
  jest = spawn(process.execPath, [bin, ...extra, ...options, ...(ci ? ['--ci'] : []), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let lingering = 0;
  const watch = setInterval(() => {
    lingering = existsSync(report) ? lingering + 1000 : 0;
    if (lingering < GRACE_MS) return;
    console.error(
      `A suite left something open, so Jest does not end; find it with --detectOpenHandles (${name}).`,
    );
    jest.kill('SIGKILL');
  }, 1000);
  const code = await new Promise((resolve) => jest.once('close', resolve));
  clearInterval(watch);
  return {
    report: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined,
    ok: code === 0,
  };
}

/** Skipped, or replaced by `describeWith...` of libs/testing, which passes in the suite's place. */
const didNotRun = ({ status, title }) => status === 'pending' || title.startsWith('NOT RUN: ');

function tellWhatDidNotRun(skipped, reasons) {
  const frame = '='.repeat(78);
  console.error(`\n${frame}\nNOT RUN: what this machine lacks tools for, in these suites\n`);
  for (const { suite, title } of skipped) console.error(`  ${suite}: ${title.replace('NOT RUN: ', '')}`);
  console.error(`\n${reasons.join('\n')}\n${frame}`);
}

async function main() {
  const missing = [await startServers(), await prepareFuzzing()].filter(Boolean);
  const runs = [];
  for (const phase of PHASES) {
    if (interrupted) break;
    console.log(phase.title);
    runs.push(await runJest(phase, process.argv.slice(2)));
  }
  const reports = runs.flatMap(({ report }) => report ?? []);
  const sum = (of) => reports.reduce((total, report) => total + of(report), 0);
  const suites = reports.flatMap(({ testResults }) => testResults);
  const skipped = suites.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(didNotRun)
      .map(({ status, title }) => ({ suite: relative(root, name), status, title })),
  );
  const passed = sum((it) => it.numPassedTests) - skipped.filter(({ status }) => status === 'passed').length;
  // A suite that did not even load has no tests to count, so it counts as one.
  const failed = sum((it) => it.numFailedTests + it.numRuntimeErrorTestSuites);

  if (missing.length > 0) tellWhatDidNotRun(skipped, missing);
  else for (const { suite, title } of skipped) console.error(`did not run: ${suite}: ${title}`);
  if (passed + failed === 0) console.error('No test matched.');
  const ok =
    !interrupted && passed > 0 && failed === 0 && runs.every((run) => run.ok) && !(ci && skipped.length > 0);
  if (!ok && failed === 0 && missing.length > 0 && ci) console.error('With CI=true everything must run.');
  console.log(`${passed} passed, ${failed} failed`);
  return interrupted ? 130 : ok ? 0 : 1;
}

main()
  .catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  })
  .then(async (code) => {
    await Promise.allSettled(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code;
  });
