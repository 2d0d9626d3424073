import { CLOCK, OverdueChanges } from '@liaison/casework';
import {
  NOTICE_ISSUED,
  OPINION_ANSWERED,
  OPINION_REQUESTED,
  type OpinionRequestedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { addDays } from './law/days';
import { PREFECTURE } from './service';

interface Item {
  readonly resource: string;
  readonly id: string;
  readonly kind: string;
  readonly version: number | null;
  readonly caseId: string | null;
}

const MARK = 'zyx-marqueur-52';
const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

describe('the change feed of a préfecture', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  it('tells the desk of what comes and of what the desk does', async () => {
    const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    const changes = async (after: string) =>
      (await desk.get('/v1/changes').query({ after }).expect(200)).body as {
        items: { resource: string; id: string; kind: string; version: number; caseId: string }[];
        next: string;
      };
    const { next: from } = await changes('now');
    await police.send('prefecture-75', { type: NOTICE_ISSUED, document: aNotice(), facts: ADULT });
    const item = await eventually(async () => {
      const [first] = (await changes(from)).items;
      if (!first) throw new Error('nothing yet');
      return first;
    });
    expect(item).toMatchObject({
      resource: 'notice',
      kind: 'received',
      version: 1,
      caseId: expect.any(String),
    });
    await desk.get(`/v1/notices/${item.id}`).expect(200);
    await desk.post(`/v1/notices/${item.id}/acknowledge`).set('Idempotency-Key', randomUUID()).expect(202);
    await desk
      .post('/v1/reflection-periods')
      .set('Idempotency-Key', randomUUID())
      .send({ noticeId: item.id, language: 'ro' })
      .expect(201);
    await eventually(async () => {
      const { items } = await changes(from);
      expect(items.map(({ resource, kind }) => [resource, kind])).toEqual([
        ['notice', 'received'],
        ['notice', 'acknowledged'],
        ['reflection-period', 'opened'],
      ]);
    });
  });

  it('tells of opinions asked, overdue and answered, of who has a case and that something was noted', async () => {
    const desk = await prefecture.as(
      { unit: 'desk', roles: ['desk'], subject: 'a-member-of-the-desk' },
      { expiresInSeconds: 315_360_000 },
    );
    const page = async (after: string) => {
      const { body, text } = await desk.get('/v1/changes').query({ after, limit: 1000 }).expect(200);
      return { ...(body as { items: Item[]; next: string }), text };
    };
    const { next: from } = await page('now');
    /** What the desk was told of one kind of record, once it is so much. */
    const told = (resource: string, count: number) =>
      eventually(async () => {
        const found = (await page(from)).items.filter((item) => item.resource === resource);
        expect(found).toHaveLength(count);
        return found;
      });
    const post = (path: string, body: object, ifMatch = '*') =>
      desk.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', ifMatch).send(body);

    await police.send('prefecture-75', { type: NOTICE_ISSUED, document: aNotice(), facts: ADULT });
    const [notice] = await told('notice', 1);
    const caseId = notice?.caseId ?? '';
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
    const { body: asked } = await post('/v1/opinion-requests', {
      subject: 'notice',
      subjectId: notice?.id,
      agency: 'police-75',
      unit: 'brp',
      question: `${MARK}?`,
      dueOn: today,
    }).expect(202);
    const { body: note } = await post(`/v1/cases/${caseId}/notes`, { text: MARK }).expect(201);
    await post(`/v1/cases/${caseId}/notes`, { text: `${MARK} too`, corrects: note.id }).expect(201);
    await post(`/v1/cases/${caseId}/assignment/take`, {}, '"0"').expect(200);
    expect(await told('note', 2)).toMatchObject([
      { id: note.id, kind: 'written', version: null, caseId },
      { kind: 'corrected', caseId },
    ]);
    expect(await told('assignment', 1)).toMatchObject([{ id: caseId, kind: 'taken', version: 1, caseId }]);

    const overdue = prefecture.app.get(OverdueChanges);
    await overdue.look();
    const clock = prefecture.app.get<Clock>(CLOCK);
    jest.spyOn(clock, 'now').mockReturnValue(new Date(`${addDays(today, 2)}T00:00:00Z`));
    // Told once, however often and by how many processes it is looked for.
    await Promise.all([overdue.look(), overdue.look()]);
    await told('opinion-request', 2);
    jest.restoreAllMocks();
    const request = await eventually(() => {
      const event = police.received.find(({ envelope }) => envelope.type === OPINION_REQUESTED);
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    await police.answer(request, {
      type: OPINION_ANSWERED,
      document: {
        request: (request.data as OpinionRequestedV1).request,
        outcome: 'refused',
        reason: 'person-unknown',
        answeredAt: new Date().toISOString(),
      },
    });
    expect(await told('opinion-request', 3)).toMatchObject([
      { id: asked.id, kind: 'asked', version: 1, caseId },
      { id: asked.id, kind: 'overdue', version: 1, caseId },
      { id: asked.id, kind: 'refused', version: 2, caseId },
    ]);
    const { items, text } = await page(from);
    expect(text).not.toMatch(new RegExp(`${MARK}|Adeyemi|Princess`));
    expect(new Set(items.flatMap((item) => Object.keys(item)))).toEqual(
      new Set(['at', 'caseId', 'id', 'kind', 'resource', 'unit', 'version']),
    );
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk'] });
    expect((await elsewhere.get('/v1/changes').query({ after: from }).expect(200)).body.items).toEqual([]);
  });
});
