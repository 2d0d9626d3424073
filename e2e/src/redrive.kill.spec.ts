import { type Crash, crashAt, crashLine, currentConventionFile, eventually } from '@liaison/testing';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, readBooks } from './books';
import { findFaults } from './checker';
import { call } from './http';
import { type Accepted, startLoad } from './load';
import { root, startSystem, type System } from './system';

const CASE_MS = 240_000;
const INBOX = 'liaison.inbox.prefecture-75';

interface Letter {
  readonly key: string;
}

describe('a redrive in whose middle the process dies', () => {
  let system: System;
  let without: string;
  const accepted: Accepted[] = [];

  beforeAll(async () => {
    system = await startSystem('embedded');
    without = mkdtempSync(join(tmpdir(), 'liaison-conventions-'));
    cpSync(join(root, 'conventions'), without, { recursive: true });
    const file = join(without, currentConventionFile('police-prefecture'));
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ +digest: .*\n/gm, ''));
  }, CASE_MS);
  afterAll(async () => {
    rmSync(without, { recursive: true, force: true });
    await system?.stop();
  }, 60_000);

  /** Several notices that the préfecture parks, for nobody has signed their convention as it has it. */
  async function park(): Promise<readonly Letter[]> {
    await system.service('prefecture').restart({ CONVENTIONS_DIR: without });
    const load = startLoad(system);
    await load.more(2);
    await load.stop();
    accepted.push(...load.accepted);
    return eventually(
      async () => {
        const { body } = await call<{ items: Letter[] }>(
          system,
          'prefecture',
          'operator-75',
          '/v1/dead-letters?direction=in&limit=200',
        );
        expect(body.items).toHaveLength(load.accepted.length);
        return body.items;
      },
      { timeoutMs: 60_000 },
    );
  }

  const redrive = ({ key }: Letter) =>
    call<{ state: string; already: boolean }>(
      system,
      'prefecture',
      'operator-75',
      `/v1/dead-letters/${key}/redrive`,
      { method: 'POST' },
    );

  test.each([
    ['redriving', 'nothing of it stands', 'parked', false],
    ['redriven', 'all of it stands, though nobody was told', 'applied', true],
  ] as const)(
    'at %s: %s, and it can be asked for again',
    async (stage, _, state, already) => {
      const [first, ...others] = await park();
      if (!first) throw new Error('nothing was parked');
      const crash: Crash = { stage, topic: INBOX };
      const victim = system.service('prefecture');
      await victim.restart(crashAt(crash));
      await expect(redrive(first)).rejects.toThrow();
      await eventually(() => !victim.running, { timeoutMs: 30_000 });
      expect(readFileSync(victim.logFile, 'utf8')).toContain(crashLine(crash));
      const [row] = await query(
        system.databaseUrl('prefecture'),
        `SELECT state FROM messaging.inbox WHERE source || '/' || id = '${first.key.replace('in/', '')}'`,
      );
      expect(row).toEqual({ state });

      await victim.restart();
      expect((await redrive(first)).body).toMatchObject({ state: 'applied', already });
      for (const letter of others) expect((await redrive(letter)).body).toMatchObject({ state: 'applied' });
      await eventually(
        async () => {
          const faults = findFaults(await readBooks(system), accepted);
          expect(faults.filter((fault) => !fault.endsWith('of something parked'))).toEqual([]);
        },
        { timeoutMs: 60_000, everyMs: 200 },
      );
    },
    CASE_MS,
  );
});
