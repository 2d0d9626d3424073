import {
  DELIVERY_VOIDED,
  type Envelope,
  NOTICE_ISSUED,
  NOTICE_ISSUED_V1,
  type NoticeIssuedV2,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  currentConvention,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { PREFECTURE } from '../service';

/** What the convention lets through of a short notice. */
const SHORT: NoticeIssuedV2 = {
  procedure: { departement: '75' },
  civilStatus: { declared: { familyName: 'Balogun', estimatedAge: 19 } },
};

const issued = (overrides: Partial<Envelope> = {}): Envelope =>
  anEnvelope('police-75', {
    type: NOTICE_ISSUED,
    recipient: 'prefecture-75',
    recipientversion: 1,
    purpose: 'residence-of-victims',
    convention: currentConvention('police-prefecture'),
    decision: '3'.repeat(64),
    audit: 'a'.repeat(64),
    data: SHORT,
    ...overrides,
  });

interface Stored {
  readonly id: string;
  readonly event_id: string;
  readonly case_id: string;
  readonly recipient_version: number;
  readonly unit: string;
  readonly content: NoticeIssuedV2;
  readonly withheld: string[];
  readonly provenance: Record<string, object>;
}

describe('receiving notices', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let recipient: Agency;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    recipient = world.directory.findAgency('prefecture-75') as Agency;
  });
  afterAll(() => world.stop());

  const publish = (...messages: (Envelope | Buffer)[]) => publishUnchecked(police, recipient, messages);
  const stored = (reference: string) =>
    prefecture.database.owner.query<Stored[]>(
      'SELECT * FROM notice.received_notice WHERE reference = $1 ORDER BY recipient_version',
      [reference],
    );
  const inbox = (where: string, value: string) =>
    prefecture.database.owner.query<
      { state: string; reason: string | null; id: string; body: Buffer | null }[]
    >(`SELECT state, reason, id, body FROM messaging.inbox WHERE ${where} = $1 ORDER BY sequence`, [value]);
  const settled = (id: string, state: string) =>
    eventually(async () => {
      const [row] = await inbox('id', id);
      if (row?.state !== state) throw new Error(`it is ${row?.state ?? 'not there'}, not ${state}`);
      return row;
    });
  const parkedRecords = (eventId: string) =>
    prefecture.database.owner.query<{ record: { kind: string; reason: string } }[]>(
      "SELECT record FROM messaging.audit_record WHERE record->>'eventId' = $1",
      [eventId],
    );

  it('stores what the check let through, with its provenance, a row an event', async () => {
    const envelope = issued({ withheld: ['exploitation.account'] });
    await publish(envelope);
    await settled(envelope.id, 'applied');
    const rows = await stored(envelope.subject);
    expect(rows).toEqual([
      expect.objectContaining({
        event_id: envelope.id,
        recipient_version: 1,
        unit: 'desk',
        content: SHORT,
        provenance: {
          procedure: {
            agency: 'police-75',
            event: envelope.id,
            convention: currentConvention('police-prefecture'),
          },
          civilStatus: {
            agency: 'police-75',
            event: envelope.id,
            convention: currentConvention('police-prefecture'),
          },
        },
      }),
    ]);
    expect(rows[0]?.withheld).toContain('exploitation.account');
  });

  it('shows a notice for a named unit to that unit', async () => {
    const envelope = issued({ recipientunit: 'referent' });
    await publish(envelope);
    await settled(envelope.id, 'applied');
    const [row] = await stored(envelope.subject);
    expect(row?.unit).toBe('referent');
    const [desk, referent] = await Promise.all(
      ['desk', 'referent'].map((unit) => prefecture.as({ unit, roles: ['desk'] })),
    );
    const references = async (agent?: Awaited<ReturnType<TestService['as']>>) =>
      ((await agent?.get('/v1/notices').query({ limit: 200 }))?.body.items as { reference: string }[]).map(
        ({ reference }) => reference,
      );
    expect(await references(referent)).toEqual([envelope.subject]);
    expect(await references(desk)).not.toContain(envelope.subject);
  });

  it('a notice that its sender takes back stays on the list and loses its content', async () => {
    const envelope = issued({ audit: 'b'.repeat(64) });
    await publish(envelope);
    await settled(envelope.id, 'applied');
    const { epoch, sequence = 1, subject } = envelope;
    const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    const [received] = await stored(subject);
    const { body: extract } = await desk
      .post('/v1/agdref-extracts')
      .send({ subject: 'notice', id: received?.id })
      .expect(200);
    const data = { voided: envelope.id, sequence, disclosure: envelope.audit };
    await publish(
      anEnvelope('police-75', {
        type: DELIVERY_VOIDED,
        recipient: 'prefecture-75',
        subject,
        epoch,
        sequence,
        data,
      }),
    );
    await settled(envelope.id, 'revoked');
    expect(await stored(subject)).toEqual([expect.objectContaining({ state: 'voided', content: {} })]);
    const extracted = 'SELECT json, csv FROM prefecture.agdref_extract WHERE id = $1';
    expect(await prefecture.database.owner.query(extracted, [extract.id])).toEqual([{ json: '', csv: '' }]);
    const { body } = await desk.get('/v1/notices').query({ limit: 200, state: 'voided' });
    const [item] = body.items as { id: string; reference: string }[];
    expect(item?.reference).toBe(subject);
    const read = await desk.get(`/v1/notices/${item?.id}`);
    expect([read.status, read.body.code]).toEqual([410, 'notice-voided']);
  });

  it('stores a notice in the first version of its contract', async () => {
    const envelope = issued({
      type: NOTICE_ISSUED_V1,
      dataschema: 'urn:liaison:schema:notice.issued:v1',
    });
    await publish(envelope);
    await settled(envelope.id, 'applied');
    expect(await stored(envelope.subject)).toEqual([expect.objectContaining({ content: SHORT })]);
  });

  it('applies a repeat once', async () => {
    const envelope = issued();
    await publish(envelope, envelope, envelope);
    await settled(envelope.id, 'applied');
    const last = issued();
    await publish(envelope, last);
    await settled(last.id, 'applied');
    expect(await stored(envelope.subject)).toHaveLength(1);
    expect(await parkedRecords(envelope.id)).toHaveLength(1);
  });

  it('stores once what the inbox has forgotten', async () => {
    const envelope = issued();
    await publish(envelope);
    await settled(envelope.id, 'applied');
    const { owner } = prefecture.database;
    await owner.query('DELETE FROM messaging.inbox WHERE id = $1', [envelope.id]);
    await owner.query('DELETE FROM messaging.inbound_sequence WHERE reference = $1', [envelope.subject]);
    await publish(envelope);
    await settled(envelope.id, 'applied');
    expect(await stored(envelope.subject)).toHaveLength(1);
  });

  it('waits for what precedes, then applies in order, in one case', async () => {
    const first = issued();
    const second = issued({
      subject: first.subject,
      sequence: 2,
      recipientversion: 2,
      data: { ...SHORT, travel: { debt: { amount: 70_000, currency: 'EUR' } } },
    });
    await publish(second);
    await settled(second.id, 'waiting');
    expect(await stored(first.subject)).toEqual([]);
    await publish(first);
    await settled(second.id, 'applied');
    const rows = await stored(first.subject);
    expect(rows.map(({ event_id }) => event_id)).toEqual([first.id, second.id]);
    expect(new Set(rows.map(({ case_id }) => case_id)).size).toBe(1);

    const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
    const versions = (body.items as { reference: string; recipientVersion: number; latest: boolean }[])
      .filter(({ reference }) => reference === first.subject)
      .map(({ recipientVersion, latest }) => ({ recipientVersion, latest }));
    expect(versions).toEqual(
      expect.arrayContaining([
        { recipientVersion: 1, latest: false },
        { recipientVersion: 2, latest: true },
      ]),
    );
  });

  it('accepts a later version as the first that it hears of a case', async () => {
    const envelope = issued({ recipientversion: 4 });
    await publish(envelope);
    await settled(envelope.id, 'applied');
    expect(await stored(envelope.subject)).toMatchObject([{ recipient_version: 4 }]);
  });

  it('parks the bad ones with their reasons, and lets the others through', async () => {
    const good = [issued(), issued(), issued()];
    const overShared = issued({ data: { ...SHORT, exploitation: { account: 'MARKED account' } } });
    const noPurpose = issued({ purpose: 'statistics' });
    const elsewhere = issued({ data: { ...SHORT, procedure: { departement: '13' } } });
    const noConvention = issued({ convention: 'made-up@1' });
    await publish(...good.slice(0, 1), overShared, noPurpose, elsewhere, noConvention, ...good.slice(1));
    const reasons = {
      [overShared.id]: 'over-sharing',
      [noPurpose.id]: 'purpose-not-allowed',
      [elsewhere.id]: 'relation-missing',
      [noConvention.id]: 'convention-unknown',
    };
    for (const [id, reason] of Object.entries(reasons)) {
      expect(await settled(id, 'parked')).toMatchObject({ reason });
      expect(await parkedRecords(id)).toMatchObject([{ record: { kind: 'parked', reason } }]);
    }
    for (const { id, subject } of good) {
      await settled(id, 'applied');
      expect(await stored(subject)).toHaveLength(1);
    }
    const keptIds = await prefecture.database.owner.query<{ id: string }[]>(
      'SELECT id FROM messaging.inbox WHERE id = ANY ($1) AND body IS NOT NULL',
      [Object.keys(reasons)],
    );
    // Still sealed, so that they can be redriven; what should never have come is destroyed.
    expect(keptIds.map(({ id }) => id).sort()).toEqual([noPurpose.id, elsewhere.id, noConvention.id].sort());
    for (const { subject } of [overShared, noPurpose, elsewhere, noConvention]) {
      expect(await stored(subject)).toEqual([]);
    }
    expect(prefecture.logLines.join('')).not.toContain('MARKED');
  });

  it.each([
    ['bytes without a seal', Buffer.from('not sealed at all'), 'seal-broken'],
    ['a seal around no JSON', Buffer.from('liaison-unsealed/1\nMARKED {'), 'envelope-not-json'],
    ['JSON that is no envelope', Buffer.from('liaison-unsealed/1\n{"a":1}'), 'envelope-invalid'],
  ])('parks %s', async (_, bytes, reason) => {
    const good = issued();
    await publish(bytes, good);
    await settled(good.id, 'applied');
    await eventually(async () => expect(await inbox('reason', reason)).toHaveLength(1));
    expect(prefecture.logLines.join('')).not.toContain('MARKED');
  });

  it.each([
    [
      'a newer version of the event',
      issued({ type: 'liaison.notice.issued.v3', dataschema: 'urn:liaison:schema:notice.issued:v3' }),
      'event-version-newer',
    ],
    [
      'a type that it does not know',
      issued({ type: 'liaison.weather.forecast.v1', dataschema: 'urn:liaison:schema:weather.forecast:v1' }),
      'event-type-unknown',
    ],
    [
      'impossible data',
      issued({ data: { ...SHORT, procedure: { departement: 'Paris' } } }),
      'event-data-invalid',
    ],
    ['an unknown sender', issued({ source: 'urn:liaison:agency:nobody' }), 'sender-unknown'],
    ['an event for another agency', issued({ recipient: 'prefecture-13' }), 'wrong-recipient'],
  ])('parks %s', async (_, envelope, reason) => {
    const good = issued();
    await publish(envelope, good);
    await settled(good.id, 'applied');
    await eventually(async () => expect(await inbox('reason', reason)).toHaveLength(1));
    expect(await stored(envelope.subject)).toEqual([]);
  });

  it('parks an event whose projection fails, and it alone', async () => {
    const owner = prefecture.database.owner;
    const poison = issued();
    await owner.query(
      `ALTER TABLE notice.received_notice ADD CONSTRAINT poison CHECK (event_id <> '${poison.id}')`,
    );
    const before = issued();
    const after = issued();
    await publish(before, poison, after);
    expect(await settled(poison.id, 'parked')).toMatchObject({ reason: 'projection-failed' });
    await settled(before.id, 'applied');
    await settled(after.id, 'applied');
    expect(await stored(poison.subject)).toEqual([]);
    await owner.query('ALTER TABLE notice.received_notice DROP CONSTRAINT poison');
  });

  it('tells the sender that it has arrived, and keeps what was withheld in protection', async () => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: { departement: '75' },
    });
    await eventually(async () => {
      const [status] = await police.database.owner.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE reference = $1',
        [reference],
      );
      expect(status?.state).toBe('delivered');
    });
    // Nobody established whether the person is protected: what was released says so.
    const [row] = await stored(reference);
    expect(row?.withheld).toContain('civilStatus.real.familyName');
    expect(row?.content.civilStatus).not.toHaveProperty('real');
  });

  it('is not fooled by a second event under a sequence that was taken', async () => {
    const first = issued();
    const other = issued({ subject: first.subject, data: { ...SHORT, travel: { means: 'another' } } });
    await publish(first);
    await settled(first.id, 'applied');
    await publish(other);
    expect(await settled(other.id, 'parked')).toMatchObject({ reason: 'sequence-conflict' });
    expect(await stored(first.subject)).toHaveLength(1);
  });
});
