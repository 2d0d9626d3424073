import type { NoticeItem, NoticeView } from '@liaison/casework';
import {
  type Envelope,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  type NoticeIssuedV2,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  currentConvention,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PREFECTURE } from '../service';

const CONTENT: NoticeIssuedV2 = {
  procedure: { departement: '75' },
  civilStatus: { declared: { familyName: 'Balogun', estimatedAge: 19 } },
};

describe('what a sender says of a notice that is here', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let recipient: Agency;
  let desk: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    recipient = world.directory.findAgency('prefecture-75') as Agency;
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
  });
  afterAll(() => world.stop());

  /** Events of one case, numbered as they are listed. */
  const aCase = (...events: readonly (readonly [type: string, data: object])[]): Envelope[] => {
    const subject = randomUUID();
    return events.map(([type, data], index) =>
      anEnvelope('police-75', {
        type,
        dataschema: type.replace(/^liaison\.(.*)\.(v\d+)$/, 'urn:liaison:schema:$1:$2'),
        recipient: 'prefecture-75',
        subject,
        sequence: index + 1,
        recipientversion: index + 1,
        purpose: 'residence-of-victims',
        convention:
          type === NOTICE_ISSUED || type === NOTICE_AMENDED
            ? currentConvention('police-prefecture')
            : 'notice-earlier-recipients@1',
        decision: '3'.repeat(64),
        audit: 'a'.repeat(64),
        data,
      }),
    );
  };
  const ISSUED = [NOTICE_ISSUED, CONTENT] as const;
  const AT = '2026-03-02T10:00:00.000Z';
  const withdrawn = [NOTICE_WITHDRAWN, { withdrawnAt: AT, reason: 'not-a-victim' }] as const;
  const recalled = [NOTICE_RECALLED, { recalledAt: AT, reason: 'wrong-recipient' }] as const;
  const superseded = [NOTICE_SUPERSEDED, { supersededAt: AT, reason: 'moved' }] as const;

  const publish = (...envelopes: readonly (Envelope | undefined)[]) =>
    publishUnchecked(
      police,
      recipient,
      envelopes.filter((each) => each !== undefined),
    );
  const applied = (envelope: Envelope | undefined) =>
    eventually(async () => {
      const [row] = await prefecture.database.owner.query<{ state: string }[]>(
        'SELECT state FROM messaging.inbox WHERE id = $1',
        [envelope?.id],
      );
      expect(row?.state).toBe('applied');
    });
  const versions = async (envelope: Envelope | undefined) => {
    const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
    return (body as { items: NoticeItem[] }).items
      .filter(({ reference }) => reference === envelope?.subject)
      .sort((a, b) => a.recipientVersion - b.recipientVersion);
  };
  const acknowledge = (id: string | undefined) =>
    desk.post(`/v1/notices/${id}/acknowledge`).set('Idempotency-Key', randomUUID()).send({});

  it('a new version stands beside the one before, with what changed as the reader sees both', async () => {
    const [first, second] = aCase(ISSUED, [
      NOTICE_AMENDED,
      {
        amendment: { reason: 'identity-established' },
        procedure: { departement: '75' },
        civilStatus: {
          declared: { familyName: 'Balogun' },
          real: { familyName: 'Adéwálé', verifiedBy: 'Consulate', verifiedOn: '2026-03-01' },
        },
        assessment: { realityOfFacts: 'Confirmed.' },
      },
    ]);
    await publish(first, second);
    await applied(second);
    const [old, now] = await versions(first);
    expect([old?.latest, now?.latest, old?.standing]).toEqual([false, true, 'current']);
    const read = (await desk.get(`/v1/notices/${now?.id}`).expect(200)).body as NoticeView;
    expect(read.content['amendment']).toEqual({ reason: 'identity-established' });
    expect(read.changed).toEqual([
      { path: 'assessment.realityOfFacts', change: 'added' },
      { path: 'civilStatus.declared.estimatedAge', change: 'removed' },
      { path: 'civilStatus.real.familyName', change: 'added' },
      { path: 'civilStatus.real.verifiedBy', change: 'added' },
      { path: 'civilStatus.real.verifiedOn', change: 'added' },
    ]);
    const caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker'] });
    const less = (await caseworker.get(`/v1/notices/${now?.id}`).expect(200)).body as NoticeView;
    expect(less.changed?.map(({ path }) => path)).not.toContain('assessment.realityOfFacts');
    expect((await desk.get(`/v1/notices/${old?.id}`)).body).toMatchObject({ changed: null });
  });

  it('withdrawn: every version is marked with the reason, stays readable, and asks for nothing', async () => {
    const [first, second] = aCase(ISSUED, withdrawn);
    await publish(first, second);
    await applied(second);
    const [item] = await versions(first);
    expect(item).toMatchObject({ standing: 'withdrawn', standingReason: 'not-a-victim', state: 'new' });
    expect((await desk.get(`/v1/notices/${item?.id}`)).body).toMatchObject({
      standing: 'withdrawn',
      content: { civilStatus: { declared: { familyName: 'Balogun' } } },
    });
    const refused = await acknowledge(item?.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'notice-no-longer-stands']);
    const listed = await desk.get('/v1/notices').query({ standing: 'withdrawn', limit: 200 });
    expect((listed.body as { items: NoticeItem[] }).items.map(({ id }) => id)).toContain(item?.id);
  });

  it('superseded: what was here does not stand any more; what comes back later does', async () => {
    const [first, second, third] = aCase(ISSUED, superseded, ISSUED);
    await publish(first, second);
    await applied(second);
    expect(await versions(first)).toMatchObject([{ standing: 'superseded', standingReason: 'moved' }]);
    await publish(third);
    await applied(third);
    expect(await versions(first)).toMatchObject([{ standing: 'superseded' }, { standing: 'current' }]);
  });

  it('recalled: its content is gone, and the list says why', async () => {
    const [first, second] = aCase(ISSUED, recalled);
    await publish(first, second);
    await applied(second);
    const [item] = await versions(first);
    expect(item).toMatchObject({ standing: 'recalled', standingReason: 'wrong-recipient', state: 'voided' });
    expect((await desk.get(`/v1/notices/${item?.id}`)).status).toBe(410);
    const rows = await prefecture.database.owner.query<object[]>(
      'SELECT content, withheld, provenance FROM notice.received_notice WHERE reference = $1',
      [first?.subject],
    );
    expect(rows).toEqual([{ content: {}, withheld: [], provenance: {} }]);
    const words = await prefecture.database.owner.query<object[]>(
      'SELECT s.term FROM desk.search_term s JOIN notice.received_notice n ON n.id = s.document WHERE n.reference = $1',
      [first?.subject],
    );
    expect(words).toEqual([]);
  });

  it.each([
    ['withdrawn', withdrawn, 'new', CONTENT],
    ['superseded', superseded, 'new', CONTENT],
    ['recalled', recalled, 'voided', {}],
  ] as const)('%s before it came: it is reduced when it comes', async (standing, end, state, content) => {
    const [first, second] = aCase(ISSUED, end);
    await publish(second);
    await applied(second);
    expect(await versions(first)).toEqual([]);
    await publish(first);
    await applied(first);
    expect(await versions(first)).toMatchObject([{ standing, state }]);
    const rows = await prefecture.database.owner.query<object[]>(
      'SELECT content FROM notice.received_notice WHERE reference = $1',
      [first?.subject],
    );
    expect(rows).toEqual([{ content }]);
  });

  it('a withdrawal does not undo a recall, and a repeat changes nothing', async () => {
    const [first, second, third] = aCase(ISSUED, recalled, withdrawn);
    await publish(first, second, third, second, third);
    await applied(third);
    expect(await versions(first)).toMatchObject([{ standing: 'recalled', version: 2 }]);
  });
});
