import { NOTICE_AMENDED, NOTICE_ISSUED, OPINION_ANSWERED, OPINION_REQUESTED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  currentConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { addDays } from './law/days';
import { PREFECTURE } from './service';

const MARK = 'zyx-marqueur-61';
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };

interface Exported {
  readonly auditRecord: string;
  readonly versions: readonly {
    readonly version: number;
    readonly content: Record<string, object>;
    readonly withheld: readonly string[];
  }[];
  readonly records: Record<string, readonly Record<string, unknown>[]>;
  readonly timeline: readonly { readonly kind: string }[];
  readonly notes: readonly { readonly text: string }[] | null;
}
interface Row {
  readonly record_id: string;
  readonly record: {
    readonly kind: string;
    readonly agent: string;
    readonly convention: string;
    readonly legalBases: readonly string[];
    readonly fields: readonly { readonly paths: readonly string[]; readonly treatment: string }[];
  };
}

describe('the export of a case by a préfecture', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;
  let caseworker: Agent;
  let caseId: string;
  let reference: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker'] });
    await aCase();
  });
  afterAll(() => world.stop());

  const post = (path: string, body: object) =>
    desk.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '*').send(body);
  const notices = async () =>
    (await desk.get('/v1/notices').expect(200)).body.items as {
      id: string;
      caseId: string;
      recipientVersion: number;
    }[];
  const read = (as = desk, query: object = {}) => as.get(`/v1/cases/${caseId}/export`).query(query);
  const exported = async (as = desk, query: object = {}) =>
    (await read(as, query).expect(200)).body as Exported;
  const records = () =>
    prefecture.database.owner.query<Row[]>(
      `SELECT record_id, record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1 ORDER BY at`,
      [reference],
    );

  /** Two versions of a notice, a period, an application, an opinion that was refused, and a note. */
  async function aCase(): Promise<void> {
    const assessment = { danger: `${MARK} danger` };
    const document = aNotice({ assessment });
    reference = await police.send('prefecture-75', { type: NOTICE_ISSUED, document, facts: FACTS });
    await eventually(async () => expect(await notices()).toHaveLength(1));
    await police.sayMore('prefecture-75', reference, {
      type: NOTICE_AMENDED,
      document: { ...document, amendment: { reason: 'correction' } },
    });
    await eventually(async () => expect(await notices()).toHaveLength(2));
    const [notice] = await notices();
    caseId = notice?.caseId ?? '';
    await post('/v1/reflection-periods', { noticeId: notice?.id, language: 'ro' }).expect(201);
    const { body: permit } = await post('/v1/permits', {
      ground: 'cooperation',
      noticeId: notice?.id,
      situation: {},
    }).expect(201);
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
    const { body: asked } = await post('/v1/opinion-requests', {
      subject: 'permit-application',
      subjectId: permit.id,
      agency: 'police-75',
      unit: 'brp',
      question: 'Do you know of it?',
      dueOn: addDays(today, 14),
    }).expect(202);
    const request = await eventually(() => {
      const found = police.received.find(({ envelope }) => envelope.type === OPINION_REQUESTED);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    await police.answer(request, {
      type: OPINION_ANSWERED,
      document: {
        request: asked.id,
        outcome: 'refused',
        reason: 'person-unknown',
        explanation: `${MARK} explanation`,
        answeredAt: new Date().toISOString(),
      },
    });
    await eventually(async () => {
      const { body } = await desk.get(`/v1/opinion-requests/${asked.id}`).expect(200);
      expect(body.state).toBe('refused');
    });
    await post(`/v1/cases/${caseId}/notes`, { text: `${MARK} note` }).expect(201);
  }

  it('has everything that the desk may see, once, under one record whose number it bears', async () => {
    const before = await records();
    const { body, headers } = await read().expect(200);
    const content = body as Exported;
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="dossier-${caseId}.json"`,
    });
    expect(body).toMatchObject({
      formatVersion: 1,
      caseId,
      reference,
      unit: 'desk',
      roles: ['desk'],
      agency: { id: 'prefecture-75' },
      ground: { purpose: 'residence-of-victims', conventions: [currentConvention('police-prefecture')] },
      versions: [
        { version: 2, from: 'police-75', content: { civilStatus: {}, amendment: { reason: 'correction' } } },
        { version: 1, content: { assessment: { danger: `${MARK} danger` } } },
      ],
      records: {
        reflectionPeriods: [{ holder: { familyName: expect.any(String) }, status: 'running' }],
        permits: [{ ground: 'cooperation', state: 'lodged' }],
        opinions: [{ state: 'refused', question: 'Do you know of it?', explanation: `${MARK} explanation` }],
      },
      notes: null,
    });
    expect(content.timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'notice-received',
        'reflection-period-opened',
        'permit-lodged',
        'note-written',
      ]),
    );
    expect(content.versions[0]?.withheld).toEqual(expect.arrayContaining(['exploitation.account']));
    expect(JSON.stringify(body)).not.toMatch(/police-prefecture\/|"rules"/);

    const added = (await records()).slice(before.length);
    expect(added.map(({ record_id }) => record_id)).toEqual([content.auditRecord]);
    const [{ record }] = added as [Row];
    expect(record).toMatchObject({
      kind: 'read',
      convention: currentConvention('police-prefecture'),
      agent: body.exportedBy,
    });
    const open = record.fields
      .filter(({ treatment }) => treatment === 'release')
      .flatMap(({ paths }) => paths);
    expect(open).toEqual(
      expect.arrayContaining([
        'export.json',
        'timeline',
        'assessment.danger',
        'holder.familyName',
        'explanation',
      ]),
    );
    expect(open).not.toContain('notes');
    expect(JSON.stringify(added)).not.toMatch(new RegExp(`${MARK}|Adeyemi`));
  });

  it('has less for whoever may read less, marked and without a reason', async () => {
    const content = await exported(caseworker);
    expect(JSON.stringify(content)).not.toContain(MARK);
    expect(content.versions[1]?.withheld).toContain('assessment.danger');
    expect(content.versions[1]?.content).not.toHaveProperty('assessment');
    expect(content.records['opinions']).toMatchObject([{ explanation: null, withheld: ['explanation'] }]);
  });

  it('has internal notes where they are asked for, and is recorded with them', async () => {
    expect((await exported(desk, { notes: 'true' })).notes).toMatchObject([{ text: `${MARK} note` }]);
    const last = (await records()).at(-1);
    expect(last?.record.fields.flatMap(({ paths }) => paths)).toContain('notes');
  });

  it('is a PDF where one is asked for, recorded the same way', async () => {
    const before = await records();
    const { body, headers } = await read(desk, { format: 'pdf', notes: 'true' }).buffer(true).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="dossier-${caseId}.pdf"`,
    });
    const [added, ...more] = (await records()).slice(before.length);
    expect(more).toEqual([]);
    expect((body as Buffer).toString('latin1')).toContain(`(Consultation ${added?.record_id})`);
    expect(added?.record.fields.flatMap(({ paths }) => paths)).toContain('export.pdf');
  });

  it('tells nobody else that there is such a case, and records nothing of what it refuses', async () => {
    const before = await records();
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    expect((await read(elsewhere).expect(404)).body).toMatchObject({ code: 'case-not-found' });
    for (const role of ['operator', 'dpo', 'officer']) {
      const other = await prefecture.as({ unit: 'desk', roles: [role] });
      expect((await read(other).expect(403)).body).toMatchObject({ code: 'role-missing' });
    }
    await desk.get(`/v1/cases/${randomUUID()}/export`).expect(404);
    await read(desk, { format: 'docx' }).expect(400);
    await read(desk, { notes: 'perhaps' }).expect(400);
    expect(await records()).toEqual(before);
  });

  it('is refused, not cut, where it would be too much', async () => {
    await prefecture.database.owner.query(
      `INSERT INTO desk.note (id, unit, case_id, author, at, text)
       SELECT gen_random_uuid(), 'desk', $1, 'a', now(), repeat('x', 4000) FROM generate_series(1, 260)`,
      [caseId],
    );
    const before = await records();
    const { body } = await read(desk, { format: 'pdf', notes: 'true' }).expect(422);
    expect(body).toMatchObject({ code: 'export-too-large', detail: expect.stringContaining('format=json') });
    expect(await records()).toEqual(before);
    expect((await exported(desk, { notes: 'true' })).notes).toHaveLength(261);
    await prefecture.database.owner.query(
      `INSERT INTO desk.note (id, unit, case_id, author, at, text)
       SELECT gen_random_uuid(), 'desk', $1, 'a', now(), 'x' FROM generate_series(1, 2000)`,
      [caseId],
    );
    expect((await read(desk, { notes: 'true' }).expect(422)).body).toMatchObject({
      code: 'export-too-large',
    });
  });

  it('leaves nothing of the person in the log', () => {
    expect(prefecture.logLines.join('')).not.toMatch(new RegExp(`${MARK}|Adeyemi`));
  });
});
