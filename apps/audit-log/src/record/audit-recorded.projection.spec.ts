import type { AuditRecordedV1, Envelope } from '@liaison/contracts';
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
import { v7 as uuidv7 } from 'uuid';
import { AUDIT_LOG } from '../service';
import { aRecord, gathered, recorded } from './a-record.test';

interface Report {
  readonly agency: string;
  readonly epoch: string;
  readonly [name: string]: unknown;
}

describe('appending records', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let log: TestService;
  let recipient: Agency;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    log = await world.start({ agencyId: 'audit-log', ...AUDIT_LOG });
    recipient = world.directory.findAgency('audit-log') as Agency;
  });
  afterAll(() => world.stop());

  /** One author's numbering: a stream of its own in a new epoch. */
  function author() {
    const [epoch, subject] = [randomUUID(), randomUUID()];
    const number = (data: AuditRecordedV1, sequence: number, overrides: Partial<Envelope> = {}) =>
      recorded(data, sequence, { epoch, subject, ...overrides });
    const gather = (records: readonly AuditRecordedV1[], first: number, sequence: number) =>
      gathered(records, first, sequence, { epoch, subject });
    return { epoch, number, gather };
  }
  const publish = (...envelopes: Envelope[]) => publishUnchecked(police, recipient, envelopes);
  const stored = (id: string) =>
    log.database.owner.query<{ agency: string; number: number; record: object; salt: Buffer }[]>(
      'SELECT * FROM audit_log.record WHERE record_id = $1',
      [id],
    );
  const settled = (id: string, state: string) =>
    eventually(async () => {
      const [row] = await log.database.owner.query<{ state: string; reason: string | null }[]>(
        'SELECT state, reason FROM messaging.inbox WHERE id = $1',
        [id],
      );
      if (row?.state !== state) throw new Error(`it is ${row?.state ?? 'not there'}, not ${state}`);
      return row;
    });
  async function reportOf(epoch: string): Promise<Report | undefined> {
    const operator = await log.as({ unit: 'operations', roles: ['operator'] });
    const { body } = await operator.get('/v1/holes').expect(200);
    return (body as { items: Report[] }).items.find((item) => item.epoch === epoch);
  }

  it('appends a record once, with its author’s number and salt', async () => {
    const { number } = author();
    const record = aRecord({ reference: randomUUID(), counterpart: 'prefecture-75' });
    await publish(number(record, 1), number(record, 1));
    await settled(record.recordId, 'applied');
    const { salt, commitment, ...rest } = record;
    expect(await stored(record.recordId)).toEqual([
      expect.objectContaining({
        agency: 'police-75',
        number: 1,
        commitment,
        record: rest,
        salt: Buffer.from(salt, 'hex'),
      }),
    ]);
  });

  it('appends each record of a message by itself, with its own number, beside those that came alone', async () => {
    const { epoch, number, gather } = author();
    const records = Array.from({ length: 5 }, () => aRecord({ reference: randomUUID() }));
    const [alone, ...others] = records as [AuditRecordedV1, ...AuditRecordedV1[]];
    const message = gather(others.slice(0, 3), 2, 2);
    await publish(number(alone, 1), message, message, gather(others.slice(3), 5, 3));
    await settled(message.id, 'applied');
    await eventually(async () =>
      expect(await reportOf(epoch)).toMatchObject({ highest: 5, count: 5, missing: [], refused: [] }),
    );
    for (const [index, { salt, commitment, ...record }] of records.entries()) {
      expect(await stored(record.recordId)).toEqual([
        expect.objectContaining({ number: index + 1, commitment, record, salt: Buffer.from(salt, 'hex') }),
      ]);
    }
  });

  it('refuses a message with a record that is not what was committed to, and shows what is missing', async () => {
    const { epoch, gather } = author();
    const broken: AuditRecordedV1 = { ...aRecord(), kind: 'read' };
    const honest = aRecord();
    const message = gather([honest, broken], 1, 1);
    await publish(message);
    expect(await settled(message.id, 'parked')).toMatchObject({ reason: 'commitment-broken' });
    expect(await stored(honest.recordId)).toEqual([]);
    const refused = [
      { number: null, id: message.id, reason: 'commitment-broken', receivedAt: expect.any(String) },
    ];
    expect(await reportOf(epoch)).toMatchObject({ highest: 0, count: 0, missing: [], refused });
    await publish(gather([aRecord(), aRecord()], 4, 2));
    await eventually(async () =>
      expect(await reportOf(epoch)).toMatchObject({ highest: 5, missing: [{ from: 1, to: 3 }], refused }),
    );
  });

  it('appends what comes after a hole at once, and reports the hole until it is filled', async () => {
    const { epoch, number } = author();
    const records = [1, 2, 3, 4, 5, 6, 7].map(() => aRecord());
    const at = (index: number) => number(records[index - 1] as AuditRecordedV1, index);
    await publish(at(2), at(5), at(7));
    await eventually(async () =>
      expect(await reportOf(epoch)).toEqual({
        agency: 'police-75',
        epoch,
        highest: 7,
        count: 3,
        missing: [
          { from: 1, to: 1 },
          { from: 3, to: 4 },
          { from: 6, to: 6 },
        ],
        refused: [],
        duplicates: [],
      }),
    );
    await publish(at(1), at(3), at(4), at(6));
    await eventually(async () =>
      expect(await reportOf(epoch)).toMatchObject({ highest: 7, count: 7, missing: [] }),
    );
  });

  it('parks what is not its author’s, or not what was committed to, and goes on', async () => {
    const { epoch, number } = author();
    const honest = [aRecord(), aRecord()] as const;
    const forged = aRecord({ agency: 'prefecture-75' });
    const changed: AuditRecordedV1 = { ...aRecord(), kind: 'read' };
    const resalted: AuditRecordedV1 = { ...aRecord(), salt: '0'.repeat(64) };
    const renamed = aRecord();
    const envelopeOfRenamed = number(renamed, 5, { id: randomUUID() });
    await publish(
      number(honest[0], 1),
      number(forged, 2),
      number(changed, 3),
      number(resalted, 4),
      envelopeOfRenamed,
      number(honest[1], 6),
    );
    const refused = [
      [2, forged.recordId, 'record-of-another-agency'],
      [3, changed.recordId, 'commitment-broken'],
      [4, resalted.recordId, 'commitment-broken'],
      [5, envelopeOfRenamed.id, 'record-id-mismatch'],
    ] as const;
    for (const [, id, reason] of refused) {
      expect(await settled(id, 'parked')).toMatchObject({ reason });
      expect(await stored(id)).toEqual([]);
    }
    expect(await stored(renamed.recordId)).toEqual([]);
    for (const { recordId } of honest) await settled(recordId, 'applied');
    expect(await reportOf(epoch)).toMatchObject({
      highest: 6,
      count: 2,
      missing: [],
      refused: refused.map(([sequence, id, reason]) => ({
        number: sequence,
        id,
        reason,
        receivedAt: expect.stringMatching(/^20\d\d-.*T.*Z$/),
      })),
      duplicates: [],
    });
  });

  it('keeps the first of two records under one id', async () => {
    const [first, second] = [author(), author()];
    const record = aRecord();
    await publish(first.number(record, 1));
    await settled(record.recordId, 'applied');
    const other = aRecord({ recordId: record.recordId, agency: 'prefecture-75' });
    const prefecture = await startPeer(world, 'prefecture-75');
    await publishUnchecked(prefecture, recipient, [
      second.number(other, 1, { source: 'urn:liaison:agency:prefecture-75' }),
    ]);
    await eventually(async () =>
      expect(await reportOf(second.epoch)).toMatchObject({
        agency: 'prefecture-75',
        count: 0,
        refused: [{ number: 1, id: record.recordId, reason: 'record-id-taken' }],
      }),
    );
    expect(await stored(record.recordId)).toMatchObject([{ agency: 'police-75' }]);
    await prefecture.stop();
  });

  it('reports a number that two records claim, within a stream and across two', async () => {
    const { epoch, number } = author();
    const [first, again, elsewhere] = [aRecord(), aRecord(), aRecord()];
    await publish(number(first, 1));
    await settled(first.recordId, 'applied');
    await publish(number(again, 1));
    await settled(again.recordId, 'parked');
    await publish(number(elsewhere, 1, { subject: randomUUID() }));
    await settled(elsewhere.recordId, 'applied');
    expect(await reportOf(epoch)).toMatchObject({
      highest: 1,
      count: 2,
      missing: [],
      refused: [{ number: 1, id: again.recordId, reason: 'sequence-conflict' }],
      duplicates: [{ number: 1, ids: [first.recordId, again.recordId, elsewhere.recordId].sort() }],
    });
  });

  it('takes an epoch that a restore began for a count of its own', async () => {
    const [before, after] = [author(), author()];
    await publish(before.number(aRecord(), 3), after.number(aRecord(), 1));
    await eventually(async () => {
      expect(await reportOf(before.epoch)).toMatchObject({ highest: 3, missing: [{ from: 1, to: 2 }] });
      expect(await reportOf(after.epoch)).toMatchObject({ highest: 1, missing: [] });
    });
  });

  it('misses nothing of an epoch in which an author that was restored numbers known records anew', async () => {
    const [subject, id, ended, begun] = [randomUUID(), randomUUID(), uuidv7(), uuidv7()];
    const known = [aRecord(), aRecord()];
    await publish(gathered([...known], 4, 1, { id, subject, epoch: ended }));
    await settled(id, 'applied');
    const fresh = gathered([aRecord()], 3, 2, { subject, epoch: begun });
    await publish(gathered([...known], 1, 1, { id, subject, epoch: begun }), fresh);
    await settled(fresh.id, 'applied');
    expect(await reportOf(begun)).toMatchObject({ highest: 3, count: 1, missing: [], duplicates: [] });
    expect(await reportOf(ended)).toMatchObject({ highest: 5, count: 2, missing: [{ from: 1, to: 3 }] });
    expect(await stored(known[0]?.recordId ?? '')).toMatchObject([{ number: 4 }]);
  });
});
