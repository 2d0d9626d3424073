import type { AuditRecord } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Agent } from 'supertest';
import { aRecord, recorded } from '../record/a-record.test';
import { AUDIT_LOG } from '../service';
import { PairingSweep } from './pairing.sweep';

describe('records without their other side', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestPeer;
  let log: TestService;
  let operator: Agent;
  let recipient: Agency;
  let number = 0;
  const [epoch, subject] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await startPeer(world, 'prefecture-75');
    log = await world.start({ agencyId: 'audit-log', ...AUDIT_LOG, env: { UNPAIRED_AFTER_SECONDS: '60' } });
    operator = await log.as({ unit: 'operations', roles: ['operator'] });
    recipient = world.directory.findAgency('audit-log') as Agency;
  });
  afterAll(() => world.stop());

  const run = <T = unknown>(sql: string, parameters: unknown[] = []): Promise<T> =>
    log.database.owner.query<T>(sql, parameters);

  /** Appends a record, as old for the log as given. @returns it, with its commitment */
  async function append(peer: TestPeer, agency: string, record: Partial<AuditRecord>, secondsAgo: number) {
    const data = aRecord({ agency, ...record });
    number += 1;
    await publishUnchecked(peer, recipient, [
      recorded(data, number, { epoch, subject, source: `urn:liaison:agency:${agency}` }),
    ]);
    await eventually(async () => {
      const rows = await run<unknown[]>('SELECT FROM audit_log.record WHERE record_id = $1', [data.recordId]);
      expect(rows).toHaveLength(1);
    });
    await run(
      'UPDATE audit_log.record SET appended_at = now() - make_interval(secs => $2) WHERE record_id = $1',
      [data.recordId, secondsAgo],
    );
    return data;
  }
  const disclose = (reference: string, secondsAgo: number) =>
    append(police, 'police-75', { kind: 'disclosure', reference, counterpart: 'prefecture-75' }, secondsAgo);
  const receive = (reference: string, disclosureCommitment: string, secondsAgo: number) =>
    append(
      prefecture,
      'prefecture-75',
      { kind: 'receipt', reference, counterpart: 'police-75', disclosureCommitment },
      secondsAgo,
    );

  const round = () => log.app.get(PairingSweep).sweep();
  /** Rounds until all that was appended has been looked at; transactions of anybody on this server hold them up. */
  const sweep = () =>
    eventually(async () => {
      await round();
      const [{ behind }] = await run<[{ behind: boolean }]>(
        `SELECT coalesce((SELECT max(position) FROM audit_log.record), 0) > settled AS behind FROM pairing.progress`,
      );
      expect(behind).toBe(false);
    });

  /** Everything appended so far has been there for longer than the delay: one young record holds up what follows. */
  const ripen = () => run("UPDATE audit_log.record SET appended_at = now() - interval '2 minutes'");

  const list = async (query = ''): Promise<{ items: { id: string; state: string }[]; next: string | null }> =>
    (await operator.get(`/v1/unpaired${query}`).expect(200)).body as never;
  const listed = async (...ids: string[]) => {
    const { items } = await list('?limit=200');
    return items.filter(({ id }) => ids.includes(id)).map(({ state }) => state);
  };

  it('are listed after the delay, both kinds; pairs and young ones are not', async () => {
    const [paired, lonely, young, undisclosed] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const first = await disclose(paired, 90);
    const receipt = await receive(paired, first.commitment, 90);
    const disclosure = await disclose(lonely, 90);
    const fresh = await disclose(young, 5);
    const stray = await receive(undisclosed, 'ab'.repeat(32), 5);
    await sweep();
    expect(await listed(first.recordId, receipt.recordId, fresh.recordId, stray.recordId)).toEqual([]);
    expect(await listed(disclosure.recordId)).toEqual(['not-received']);
    await ripen();
    await sweep();
    expect(await listed(fresh.recordId, stray.recordId)).toEqual(['not-received', 'not-disclosed']);

    const page = (await log.anonymous().get('/metrics')).text;
    expect(page).toMatch(/liaison_unpaired_records\{author="police-75",state="not-received"\} 2/);
    expect(page).toMatch(/liaison_unpaired_records\{author="prefecture-75",state="not-disclosed"\} 1/);

    // Late, but here: off the list.
    await receive(lonely, disclosure.commitment, 1);
    await sweep();
    expect(await listed(disclosure.recordId)).toEqual([]);
  });

  it('are told page by page, by agency and state, to operators; the search is recorded', async () => {
    const ids: string[] = [];
    for (let each = 0; each < 3; each += 1) ids.push((await disclose(randomUUID(), 120)).recordId);
    await ripen();
    await sweep();
    const found: string[] = [];
    let cursor: string | null = '';
    do {
      const page = await list(`?state=not-received&agency=police-75&limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(new Set(found).size).toBe(found.length);
    expect((await list('?agency=prefecture-13')).items).toEqual([]);
    const searches = await run<unknown[]>("SELECT FROM messaging.audit_record WHERE kind = 'search'");
    expect(searches.length).toBeGreaterThanOrEqual(3);
    const officer = await log.as({ unit: 'operations', roles: ['officer'] });
    expect((await officer.get('/v1/unpaired')).status).toBe(403);
    expect((await operator.get('/v1/unpaired?cursor=x')).status).toBe(400);
  });

  it('are not passed over when a lower position is committed later', async () => {
    const slow = new Client({ connectionString: log.database.migrateUrl });
    await slow.connect();
    await slow.query('BEGIN');
    const { recordId } = aRecord();
    await slow.query(
      `INSERT INTO audit_log.record
         (record_id, agency, epoch, number, kind, at, reference, counterpart, commitment, salt, record, appended_at)
       VALUES ($1, 'police-75', $2, 1, 'disclosure', now(), $3, 'prefecture-75', $4, '', '{}', now() - interval '1 hour')`,
      [recordId, randomUUID(), randomUUID(), 'cd'.repeat(32)],
    );
    const later = await disclose(randomUUID(), 120);
    await ripen();
    for (let done = 0; done < 3; done += 1) await round();
    expect(await listed(recordId, later.recordId)).toEqual([]);
    await slow.query('COMMIT');
    await slow.end();
    await ripen();
    await sweep();
    expect(await listed(recordId, later.recordId)).toEqual(['not-received', 'not-received']);
  });

  it('can be listed by nobody else', async () => {
    await expect(log.database.serve.query('DELETE FROM pairing.unpaired')).rejects.toThrow(
      /permission denied/,
    );
    await expect(log.database.serve.query('SELECT * FROM pairing.progress')).rejects.toThrow(
      /permission denied/,
    );
    await expect(log.database.ingest.query('UPDATE pairing.unpaired SET agency = agency')).rejects.toThrow(
      /permission denied/,
    );
  });
});
