import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoDirectoryFile, demoServices, getToken, type Stack, startStack } from '@liaison/local-stack';
import { prepareBroker } from '@liaison/messaging';
import { FileDirectory } from '@liaison/platform';
import { root } from '../environment';
import { notice } from '../notice';
import { memoryOfTree } from '../processes';
import { percentile } from '../statistics';

const EVENTS = 1000;
/** Of them, versions of a notice that its author has amended; the others are notes of the préfecture. */
const VERSIONS = 200;
const READINGS = 200;
const TARGET_MS = 50;
const TARGET_MB = 1536;
const PATIENCE_MS = 120_000;

type Call = <T>(
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<{ body: T; etag: string }>;

/** The whole demonstration as `npm start` runs it: its memory, and how long a page of a long case's timeline takes. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  const directory = FileDirectory.fromFile(demoDirectoryFile(root));
  const stack = await startStack({
    root,
    dataDir,
    broker: 'embedded',
    services: demoServices(root),
    ports: 'free',
    prepareBroker: (access) => prepareBroker(access, directory, 'bench'),
    env: { LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '0' },
    report: console.error,
  });
  try {
    const megabytes = memory(stack, 'after its start');
    const met = [megabytes < TARGET_MB, (await timeline(stack)) < TARGET_MS];
    met.push(memory(stack, 'after all that') < TARGET_MB);
    console.log(
      `${met.every(Boolean) ? 'met' : 'MISSED'}: all under ${TARGET_MB} MB, median under ${TARGET_MS} ms`,
    );
    if (!met.every(Boolean)) process.exitCode = 1;
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function memory({ services, postgres, oidc }: Stack, when: string): number {
  const parts = [
    ...services.map(({ name, pid }) => [name, memoryOfTree(pid)] as const),
    ['PostgreSQL', memoryOfTree(postgres.pid)] as const,
    ['OpenID provider', memoryOfTree(oidc.pid)] as const,
  ];
  const whole = parts.reduce((sum, [, part]) => sum + part, 0);
  console.log(`The demonstration ${when}: ${whole.toFixed(0)} MB`);
  console.log(`  ${parts.map(([name, part]) => `${name} ${part.toFixed(0)}`).join(', ')}`);
  return whole;
}

/** @returns the median of a page's time, in ms */
async function timeline(stack: Stack): Promise<number> {
  const officer = await callerOf(stack, 'police', 'officer-brp');
  const desk = await callerOf(stack, 'prefecture', 'desk-75');
  const caseId = await longCase(officer, desk);
  const times: number[] = [];
  for (let reading = 0; reading < READINGS; reading += 1) {
    const startedAt = performance.now();
    await desk(`/v1/cases/${caseId}/timeline`);
    times.push(performance.now() - startedAt);
  }
  const ms = (share: number): string => percentile(times, share).toFixed(1);
  console.log(
    `A page of the timeline of a case with ${EVENTS} events over HTTP, ${READINGS} times: p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms`,
  );
  return percentile(times, 0.5);
}

/** @returns the préfecture's case, of which as many events are known there */
async function longCase(officer: Call, desk: Call): Promise<string> {
  const written = await officer<{ id: string }>('/v1/notices', {
    content: notice(1),
    protection: { identity: false, address: false },
  });
  let { etag } = written;
  const path = `/v1/notices/${written.body.id}`;
  ({ etag } = await officer(`${path}/issue`, {}, { 'if-match': etag }));
  for (let version = 2; version <= VERSIONS; version += 1) {
    const content = { ...notice(1), contact: { phone: `+33 6 00 00 ${version}` } };
    ({ etag } = await officer(`${path}/amend`, { content, reason: 'completion' }, { 'if-match': etag }));
  }
  const caseId = await eventually(async () => {
    const { body } = await desk<{ items: { caseId: string; recipientVersion: number }[] }>(
      '/v1/notices?limit=200',
    );
    return body.items.find(({ recipientVersion }) => recipientVersion === VERSIONS)?.caseId;
  });
  for (let note = VERSIONS; note < EVENTS; note += 1) {
    await desk(`/v1/cases/${caseId}/notes`, { text: 'She called: the appointment stands.' });
  }
  return caseId;
}

async function callerOf(stack: Stack, service: string, account: string): Promise<Call> {
  const token = await getToken(stack.issuer, account);
  const { url } = stack.service(service);
  return async <T>(path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return { body: (await response.json()) as T, etag: response.headers.get('etag') ?? '' };
  };
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`It has not come within ${PATIENCE_MS / 1000} s`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
