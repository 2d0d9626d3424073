import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithOwnKafka, eventually } from '@liaison/testing';
import { freePortBase, type NpmCommand, startNpm } from './npm-command';
import { root } from './system';

const TIMEOUT_MS = 280_000;
jest.setTimeout(TIMEOUT_MS);

interface Demonstration {
  readonly broker: string;
  readonly services: Readonly<Record<string, { readonly url: string }>>;
  readonly seconds: Readonly<Record<string, number>>;
  readonly walkthrough: {
    readonly earlier: { readonly written: number; readonly received: number };
    readonly written: { readonly decided: readonly { readonly path: string; readonly treatment: string }[] };
    readonly crossing: {
      readonly states: readonly { readonly state: string }[];
      readonly latency: { readonly receivedMs: number; readonly visibleByMs: number };
      readonly desk: View;
      readonly caseworker: View;
    };
    readonly acknowledged: { readonly states: readonly { readonly state: string }[] };
    readonly refusal: {
      readonly denial: { readonly code: string };
      readonly delivery: { readonly state: string };
    };
    readonly trail: {
      readonly pairs: number;
      readonly records: readonly { readonly kind: string; readonly commitmentHolds: boolean }[];
      readonly numbers: readonly { readonly agency: string; readonly missing: readonly unknown[] }[];
    };
    readonly children: {
      readonly finding: { readonly told: readonly { readonly agency: string }[] };
      readonly placing: {
        readonly ranked: readonly { readonly departement: string; readonly fits: boolean }[];
        readonly address: Readonly<Record<string, string>>;
      };
      readonly competence: {
        readonly shelteredUntil: string;
        readonly competent: string;
        readonly decidedBy: string;
      };
      readonly fleeing: {
        readonly told: readonly { readonly agency: string }[];
        readonly ended: readonly string[];
      };
      readonly comingOfAge: {
        readonly asMinor: string;
        readonly asAdult: string;
        readonly afterwards: string;
      };
    };
    readonly operation: { readonly expected: number; readonly held: number; readonly needs: object };
    readonly next: { readonly commands: readonly string[] };
  };
}

interface View {
  readonly id: string;
  readonly content: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly withheld: readonly string[];
}

let folder: string;
let env: NodeJS.ProcessEnv;
const started: NpmCommand[] = [];

/** A folder and ports of its own: nothing of it is seen by anybody else who runs this here. */
async function begin(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'liaison-e2e-demo-'));
  const { KAFKA_BROKERS: _, ...inherited } = process.env;
  env = {
    ...inherited,
    LIAISON_DATA_DIR: join(folder, 'data'),
    LIAISON_PORT_BASE: String(await freePortBase()),
  };
}

async function end(): Promise<void> {
  for (const command of started.splice(0)) {
    command.interrupt();
    await command.ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

function npm(...args: string[]): NpmCommand {
  const command = startNpm(args, { cwd: root, env });
  started.push(command);
  return command;
}

/** As README.md has it. */
const demo = (...more: string[]): NpmCommand => npm('run', '--silent', 'demo', '--', ...more, '--json');

async function resultOf(command: NpmCommand): Promise<Demonstration> {
  const code = await command.ended;
  if (code !== 0) throw new Error(`exit ${code}: ${command.stderr}`);
  return JSON.parse(command.stdout) as Demonstration;
}

/** What issue 3, section 6 asks to be seen. */
function checkWalkthrough({ walkthrough }: Demonstration): void {
  const { written, crossing, acknowledged, refusal, trail } = walkthrough;
  const treatments = new Map(written.decided.map(({ path, treatment }) => [path, treatment]));
  expect(treatments.get('travel.debt.amount')).toBe('release');
  expect(treatments.get('exploitation.account')).toBe('withhold');

  const { desk, caseworker, latency } = crossing;
  expect(desk.content['civilStatus']).toHaveProperty('declared.familyName');
  expect(desk.content['travel']).toHaveProperty('debt', { amount: 50_000, currency: 'EUR' });
  expect(desk.content['assessment']).toBeDefined();
  expect(desk.withheld).toEqual(expect.arrayContaining(['exploitation.account', 'procedure.reference']));
  expect(caseworker.content['assessment']).toBeUndefined();
  expect(caseworker.withheld).toContain('assessment.danger');
  expect(latency.visibleByMs).toBeGreaterThan(0);
  expect(latency.receivedMs).toBeLessThanOrEqual(latency.visibleByMs + 1);

  expect(crossing.states.at(-1)?.state).toBe('delivered');
  expect(acknowledged.states.at(-1)?.state).toBe('acknowledged');
  expect(refusal.denial.code).toBe('relation-missing');
  expect(refusal.delivery.state).toBe('refused');

  expect(trail.pairs).toBe(2);
  const kinds = trail.records.map(({ kind }) => kind);
  for (const kind of ['disclosure', 'receipt', 'read', 'acknowledgement']) expect(kinds).toContain(kind);
  expect(trail.records.every(({ commitmentHolds }) => commitmentHolds)).toBe(true);
  const agencies = trail.numbers.map(({ agency }) => agency);
  expect(agencies).toEqual(expect.arrayContaining(['police-75', 'prefecture-75']));
  expect(trail.numbers.flatMap(({ missing }) => missing)).toEqual([]);

  const { finding, placing, competence, fleeing, comingOfAge } = walkthrough.children;
  expect(finding.told.map(({ agency }) => agency)).toEqual(['ase-75', 'parquet-75']);
  expect(placing.ranked).toMatchObject([
    { departement: '35', fits: true },
    { departement: '93', fits: false },
  ]);
  expect(placing.address).toMatchObject({ commune: 'Rennes' });
  expect(competence).toMatchObject({
    shelteredUntil: expect.any(String),
    competent: '13',
    decidedBy: 'departmental',
  });
  expect(fleeing.ended).toEqual(['found', 'found', 'found']);
  expect(comingOfAge).toMatchObject({
    asMinor: 'orientation-of-minor',
    asAdult: 'referral-of-adult',
    afterwards: 'withdrawn',
  });
  expect(walkthrough.operation).toMatchObject({ expected: 12, held: 4 });
}

beforeAll(begin);
afterAll(end, 60_000);

describe('on the embedded broker', () => {
  it('npm run demo shows the walkthrough and exits; --json is one document, and each step has its time', async () => {
    const command = demo();
    const result = await resultOf(command);
    expect(result.broker).toBe('embedded');
    expect(result.walkthrough.earlier).toMatchObject({ written: 0, received: 0 });
    checkWalkthrough(result);

    const steps = [
      'PostgreSQL',
      'OpenID provider',
      'topics',
      'police',
      'prefecture',
      'audit-log',
      'association',
      'ase',
      'ase-13',
      'partner',
    ];
    for (const step of steps) expect(command.stderr).toMatch(new RegExp(`^${step} … \\d+\\.\\d s$`, 'm'));
    expect(command.stderr).toMatch(/^start … \d+\.\d s, walkthrough … \d+\.\d s$/m);
    const lines = command.stderr.split('\n');
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
    expect(command.stderr).not.toContain('\u001b');
  });

  it('npm start finds its data, walks through a new case, and what it says to try next works', async () => {
    const command = npm('start', '--silent', '--', '--samples', '--json');
    await eventually(() => !command.running || command.stderr.includes('Ctrl-C stops everything.'), {
      timeoutMs: TIMEOUT_MS,
    });
    expect({ running: command.running, said: command.stderr }).toMatchObject({ running: true });
    const result = JSON.parse(command.stdout) as Demonstration;
    expect(result.walkthrough.earlier).toMatchObject({ written: 2, received: 1 });
    expect(command.stderr).toContain('Found what was there: 2 notices of the brigade, 1 at the préfecture');
    checkWalkthrough(result);
    for (const became of ['issued', 'amended', 'moved', 'withdrawn', 'draft']) {
      expect(command.stderr).toMatch(new RegExp(`^  ${became} +[A-Z]`, 'm'));
    }

    for (const { url } of Object.values(result.services)) {
      expect((await fetch(`${url}/docs`)).status).toBe(200);
      expect(command.stderr).toContain(`${url}/docs`);
    }
    const { commands } = result.walkthrough.next;
    for (const line of commands) expect(command.stderr).toContain(line);
    const answers = tryNext(commands);
    expect(answers).toHaveLength(commands.filter((line) => /^(sleep 1; )?as /.test(line)).length);
    const desk = result.walkthrough.crossing.desk.id;
    expect(answers.filter((answer) => answer['id'] === desk)).toHaveLength(2);
    expect(answers).toContainEqual(
      expect.objectContaining({ state: 'acknowledged', recipient: 'police-75' }),
    );
    expect(answers).toContainEqual(
      expect.objectContaining({ agency: 'police-75', links: expect.anything() }),
    );
    // A problem (RFC 9457) has a code; an answer has none.
    expect(answers.filter((answer) => 'code' in answer)).toEqual([]);

    command.interrupt();
    await command.ended;
    for (const { url } of Object.values(result.services))
      await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('a port in use is one line, and exit 1', async () => {
    const port = Number(env['LIAISON_PORT_BASE']) + 1;
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    try {
      const command = demo();
      expect(await command.ended).toBe(1);
      expect(command.stdout).toBe('');
      expect(withoutSteps(command.stderr)).toEqual([
        expect.stringMatching(new RegExp(`\\b${port}\\b.*police`)),
      ]);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  it('a broken data folder is one line, and exit 1', async () => {
    writeFileSync(join(folder, 'data', 'postgres', 'data', 'PG_VERSION'), 'no version\n');
    const command = demo();
    expect(await command.ended).toBe(1);
    expect(command.stdout).toBe('');
    expect(withoutSteps(command.stderr)).toEqual([
      expect.stringMatching(/^The data folder .* cannot be used: .*--fresh/),
    ]);
  });
});

describeWithOwnKafka('on Apache Kafka', () => {
  let walkthrough: Demonstration['walkthrough'];

  it('npm run demo -- --kafka --fresh begins anew where the folder was broken, shows the walkthrough and exits', async () => {
    const result = await resultOf(demo('--kafka', '--fresh'));
    expect(result.broker).toBe('kafka');
    expect(result.walkthrough.earlier).toMatchObject({ written: 0, received: 0 });
    checkWalkthrough(result);
    ({ walkthrough } = result);
  });

  it('R28: children are sheltered where they were found, whoever turns out to be competent', () => {
    expect(walkthrough.children.competence).toMatchObject({
      shelteredUntil: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      competent: '13',
    });
  });

  it('R29: a flight is told at once to whoever searches and whoever is in charge, and so is its end; never where', () => {
    const { told, ended } = walkthrough.children.fleeing;
    expect(told.map(({ agency }) => agency)).toEqual(['police-75', 'ase-75']);
    expect(ended).toEqual(['found', 'found', 'found']);
    expect(JSON.stringify(walkthrough.children.fleeing)).not.toMatch(/Rennes|Tilleuls|rue de l’Invention/);
  });

  it('R31: an operation is announced by what is needed, without a person, an address or a case', () => {
    expect(Object.keys(walkthrough.operation.needs).sort()).toEqual([
      'languages',
      'preparationNote',
      'preparations',
      'profiles',
    ]);
    expect(walkthrough.operation).toMatchObject({ expected: 12, held: 4 });
  });
});

const withoutSteps = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !/^\S.* …( |$)/.test(line));

/** Pastes the lines into a shell. @returns the answers in order */
function tryNext(commands: readonly string[]): Record<string, unknown>[] {
  const { stdout, stderr, status } = spawnSync('sh', [], {
    input: commands.join('\n'),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
