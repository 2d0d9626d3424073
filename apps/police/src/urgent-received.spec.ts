import { CLOCK, OverdueChanges } from '@liaison/casework';
import {
  NOTICE_ISSUED,
  SHARE_REVOKED,
  type ShareRevokedV1,
  URGENT_REQUEST_ANSWERED,
  URGENT_REQUEST_ASKED,
  type UrgentRequestAnsweredV1,
  type UrgentRequestAskedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  aNotice,
  type AgencyWorld,
  eventually,
  feedCaughtUp,
  LinkSide,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from './service';

const HOUR_MS = 3_600_000;
const REASON = 'She called from an unknown place and says that they are at the door.';
const PERSON = /Osagie|Blessing|at the door|Inventés/;
const ADDRESS = { line: '12 rue des Inventés', departement: '75' };
const FREE = { identity: false, address: false };

interface Item {
  readonly id: string;
  readonly request: string;
  readonly caseId: string | null;
  readonly state: string;
  readonly version: number;
}

describe('what a unit is asked in an emergency', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] }, { expiresInSeconds: 90 * 86_400 });
    caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  const after = (hours: number): void => {
    const at = new Date(Date.now() + hours * HOUR_MS);
    jest.spyOn(police.app.get<Clock>(CLOCK), 'now').mockReturnValue(at);
  };
  const aRequest = (overrides: Partial<UrgentRequestAskedV1> = {}): UrgentRequestAskedV1 => ({
    request: randomUUID(),
    ground: 'danger-to-life',
    needs: ['contact', 'whereabouts'],
    reason: REASON,
    askedAt: new Date().toISOString(),
    dueAt: new Date(Date.now() + 2 * HOUR_MS).toISOString(),
    ...overrides,
  });
  const person = { familyName: 'Osagie', givenNames: 'Blessing' };
  const items = async (as: Agent, query: object = {}) =>
    (
      await as
        .get('/v1/urgent-received')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as Item[];
  async function asked(document = aRequest({ person }), unit: string | undefined = 'brp'): Promise<Item> {
    const event = { type: URGENT_REQUEST_ASKED, document, purpose: 'vital-interests', ...(unit && { unit }) };
    await prefecture.send('police-75', event);
    return eventually(async () => {
      const item = (await items(officer)).find(({ request }) => request === document.request);
      if (!item) throw new Error('it has not arrived');
      return item;
    });
  }
  const act = (verb: string, { id, version }: Item, body: object, as = officer, key: string = randomUUID()) =>
    as
      .post(`/v1/urgent-received/${id}/${verb}`)
      .set('Idempotency-Key', key)
      .set('If-Match', `"${version}"`)
      .send(body);
  const preview = ({ id }: Item, body: object) =>
    officer.post(`/v1/urgent-received/${id}/preview`).send(body);
  const answerTo = ({ request }: Item) =>
    eventually(() => {
      const found = prefecture.received.filter(
        ({ envelope, data }) =>
          envelope.type === URGENT_REQUEST_ANSWERED && (data as UrgentRequestAnsweredV1).request === request,
      );
      expect(found).toHaveLength(1);
      return found[0] as ReceivedEvent<UrgentRequestAnsweredV1>;
    });
  const kindsOf = async ({ request }: Item) => {
    const rows = await police.database.owner.query<{ kind: string; record: object }[]>(
      'SELECT kind, record FROM messaging.audit_record WHERE reference = $1 ORDER BY at',
      [request],
    );
    expect(JSON.stringify(rows)).not.toMatch(/Osagie|at the door|Inventés|nothing-held/);
    return rows.map(({ kind }) => kind);
  };

  /** A notice that the préfecture has, and its reference there. */
  async function signalled(body: object = {}): Promise<{ id: string; reference: string }> {
    const { body: notice } = await officer
      .post('/v1/notices')
      .set('Idempotency-Key', randomUUID())
      .send({ content: aNotice(), state: 'issued', ...body })
      .expect(202);
    const event = await eventually(() => {
      const found = prefecture.received.filter(({ envelope }) => envelope.type === NOTICE_ISSUED).at(-1);
      if (!found || seen.has(found.envelope.id)) throw new Error('it has not arrived');
      return found;
    });
    seen.add(event.envelope.id);
    return { id: notice.id as string, reference: event.envelope.subject };
  }
  const seen = new Set<string>();

  it('stands on the desk of the unit that has the case, is previewed and answered; what the convention keeps does not leave', async () => {
    const notice = await signalled({ protection: FREE });
    const item = await asked(aRequest({ case: notice.reference }), undefined);
    expect(item).toMatchObject({ caseId: notice.id, state: 'open', version: 1 });
    const { body: due } = await officer.get('/v1/desk').query({ kind: 'urgent-received' }).expect(200);
    expect(due.items).toContainEqual(expect.objectContaining({ id: item.id, isNew: true, dueSoon: true }));
    const { body: read } = await officer.get(`/v1/urgent-received/${item.id}`).expect(200);
    expect(read).toMatchObject({
      question: { reason: REASON, needs: ['contact', 'whereabouts'] },
      answer: null,
    });
    const { body: less } = await caseworker.get(`/v1/urgent-received/${item.id}`).expect(200);
    expect(less).toMatchObject({
      question: { needs: ['contact', 'whereabouts'] },
      withheld: expect.arrayContaining(['person.familyName', 'reason']),
    });

    const answer = { address: ADDRESS, health: 'Pregnant, seventh month.', words: 'An informer said so.' };
    const { body: seenBefore } = await preview(item, answer).expect(200);
    expect(seenBefore).toEqual({
      allowed: true,
      denial: null,
      released: ['address.departement', 'address.line', 'health'],
      kept: ['words'],
    });
    await act('answer', item, answer, caseworker).expect(403);
    const { body: answered } = await act('answer', item, answer).expect(202);
    expect(answered).toMatchObject({ state: 'answered', version: 2, overdue: false });
    const { data } = await answerTo(item);
    expect(data).toMatchObject({ outcome: 'answered', address: ADDRESS, health: answer.health });
    expect(JSON.stringify(data)).not.toContain('informer');

    const { body: again } = await officer.get(`/v1/urgent-received/${item.id}`).expect(200);
    expect(again).toMatchObject({ answer, state: 'answered' });
    expect(await kindsOf(item)).toEqual(['read', 'read', 'urgent-request-answered', 'read', 'read']);
    const { body: timeline } = await officer.get(`/v1/cases/${notice.id}/timeline`).expect(200);
    const kinds = (timeline.items as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['urgent-request-received', 'urgent-answer-given']));
    expect(JSON.stringify(timeline)).not.toMatch(PERSON);
  });

  it('says with its answer that a measure hides the person: what was said of that case and another ends, and is not said again', async () => {
    const [one, other] = [await signalled({ protection: FREE }), await signalled({ protection: FREE })];
    const says = new LinkSide(officer);
    await eventually(async () => says.propose(one.id, other.id, 'prefecture-75').expect(202));
    const item = await asked(aRequest({ case: other.reference }), undefined);
    const protection = { identity: false, address: true };
    await act('answer', item, { danger: 'They know.', protection }).expect(202);
    expect((await says.of(one.id)).map(({ state }) => state)).toEqual(['ended']);
    expect((await says.propose(one.id, other.id, 'prefecture-75')).body.code).toBe('link-protected');
  });

  it('answers once: a repeat under its key is the same answer, another is refused', async () => {
    const item = await asked();
    const key = randomUUID();
    const both = await Promise.all(
      [1, 2].map(() => act('answer', item, { danger: 'They know.' }, officer, key)),
    );
    expect(both.map(({ status, body }) => [status, body.version])).toEqual([
      [202, 2],
      [202, 2],
    ]);
    await act('answer', item, { danger: 'Another.' }).expect(412);
    const second = await act('answer', { ...item, version: 2 }, { danger: 'Another.' });
    expect([second.status, second.body.code]).toEqual([409, 'urgent-request-answered']);
    const refused = await act('refuse', { ...item, version: 2 }, { reason: 'other' });
    expect([refused.status, refused.body.code]).toEqual([409, 'urgent-request-answered']);
    expect((await answerTo(item)).data.danger).toBe('They know.');
  });

  it('is overdue when its time is over, told once by the change feed, counted; and answered late all the same', async () => {
    const item = await asked();
    after(2.01);
    expect(await items(officer, { overdue: true })).toContainEqual(expect.objectContaining({ id: item.id }));
    const { text } = await police.anonymous().get('/metrics').expect(200);
    expect(text).toMatch(
      /liaison_urgent_requests_overdue\{[^}]*side="received",peer="prefecture-75"[^}]*\} [1-9]/,
    );
    await police.app.get(OverdueChanges).look();
    await police.app.get(OverdueChanges).look();
    const { body: late } = await act('answer', item, { danger: 'They know.' }).expect(202);
    expect(late).toMatchObject({ state: 'answered', late: true, overdue: false });
    await feedCaughtUp(police.database);
    const { body: feed } = await officer.get('/v1/changes').query({ limit: 1000 }).expect(200);
    const told = (feed.items as { id: string; kind: string }[]).filter(({ id }) => id === item.id);
    expect(told.map(({ kind }) => kind)).toEqual(['asked', 'overdue', 'answered']);
    expect(JSON.stringify(feed)).not.toMatch(PERSON);
  });

  it('a person whom nobody here knows is asked about like any other, and the refusal says neither', async () => {
    const known = await signalled({ protection: FREE });
    const unknown = await asked();
    const about = await asked(aRequest({ case: known.reference }));
    expect(unknown.caseId).toBeNull();
    await act('refuse', unknown, { reason: 'nothing-held', words: 'Nobody of that name.' }).expect(202);
    await act('refuse', about, { reason: 'enquiry-secrecy' }).expect(202);
    const [nothing, secret] = [await answerTo(unknown), await answerTo(about)];
    // But for its own ids and times, the one is the other.
    for (const { data } of [nothing, secret]) {
      expect(Object.keys(data).sort()).toEqual(['answeredAt', 'outcome', 'request']);
      expect(data.outcome).toBe('refused');
    }
    expect(nothing.withheld).toEqual(secret.withheld);
    expect((await items(officer)).find(({ id }) => id === unknown.id)).toMatchObject({
      reason: 'nothing-held',
    });
    expect(await kindsOf(unknown)).toEqual(['urgent-request-refused']);
  });

  it('a protected address does not leave, whatever is at stake and whoever answers', async () => {
    const hidden = await signalled({ protection: { identity: false, address: true } });
    const item = await asked(aRequest({ case: hidden.reference }));
    const { body } = await preview(item, { address: ADDRESS, danger: 'They know.', protection: FREE }).expect(
      200,
    );
    expect(body).toMatchObject({ released: ['danger'], kept: ['address.departement', 'address.line'] });
    const nothing = await act('answer', item, { address: ADDRESS, protection: FREE });
    expect([nothing.status, nothing.body.code]).toEqual([409, 'nothing-released']);
    // Nobody has said of a stranger that there is no measure: that counts as one.
    const stranger = await asked();
    const unsaid = await act('answer', stranger, { address: ADDRESS });
    expect([unsaid.status, unsaid.body.code]).toEqual([409, 'nothing-released']);
    await act('answer', stranger, { address: ADDRESS, protection: FREE }).expect(202);
    expect((await answerTo(stranger)).data.address).toEqual(ADDRESS);
  });

  it('what is granted between the answer and its dispatch counts: the address does not leave', async () => {
    const notice = await signalled({ protection: FREE });
    const item = await asked(aRequest({ case: notice.reference }));
    const amended = await whileNothingLeaves(police, ['prefecture-75'], async () => {
      await act('answer', item, { address: ADDRESS, danger: 'They know.' }).expect(202);
      return officer
        .post(`/v1/notices/${notice.id}/amend`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', '*')
        .send({ reason: 'correction', content: aNotice(), protection: { identity: false, address: true } });
    });
    expect([amended.status, amended.body.code]).toEqual([202, undefined]);
    const { data, withheld } = await answerTo(item);
    expect(data).toMatchObject({ outcome: 'answered', danger: 'They know.' });
    expect(data).not.toHaveProperty('address');
    expect(withheld).toContain('address.line');
  });

  it('what is granted after an answer has left takes back what it would have hidden, and no more', async () => {
    const notice = await signalled({ protection: FREE });
    const item = await asked(aRequest({ case: notice.reference }));
    await act('answer', item, { address: ADDRESS, danger: 'They know.' }).expect(202);
    const { envelope } = await answerTo(item);
    const amended = await officer
      .post(`/v1/notices/${notice.id}/amend`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send({ reason: 'correction', content: aNotice(), protection: { identity: false, address: true } });
    expect([amended.status, amended.body.code]).toEqual([202, undefined]);
    await eventually(() => {
      const told = prefecture.received.filter(
        ({ envelope: { type, subject } }) => type === SHARE_REVOKED && subject === envelope.subject,
      );
      expect(told).toHaveLength(1);
      const { fields = [], ...order } = told[0]?.data as ShareRevokedV1;
      expect(order).toMatchObject({ effect: 'purge', events: [envelope.id] });
      expect(fields).toEqual(expect.arrayContaining(['address.departement', 'address.line']));
      expect(fields).not.toContain('danger');
    });
  });

  it('withdrawn by whoever asked: its words go, it leaves the desk, nobody answers; what was answered stays answered', async () => {
    const notice = await signalled({ protection: FREE });
    const withdrawn = async (answered: boolean) => {
      const document = aRequest({ case: notice.reference });
      const event = { type: URGENT_REQUEST_ASKED, document, purpose: 'vital-interests' };
      const reference = await prefecture.send('police-75', event);
      const find = async () => (await items(officer)).find(({ request }) => request === document.request);
      const item = await eventually(async () => {
        const found = await find();
        if (!found) throw new Error('it has not arrived');
        return found;
      });
      if (answered) {
        await act('answer', item, { health: 'Insulin.' }).expect(202);
        await answerTo(item);
      }
      await prefecture.takeBack('police-75', reference);
      await eventually(async () => expect(await find()).toMatchObject({ state: 'taken-back' }));
      return (await find()) ?? item;
    };
    const item = await withdrawn(false);
    expect(item).toMatchObject({ version: 2, takenBackAt: expect.any(String), answeredAt: null });
    const { body: read } = await officer.get(`/v1/urgent-received/${item.id}`).expect(200);
    expect(read).toMatchObject({ question: {}, answer: null });
    expect(JSON.stringify(read)).not.toMatch(PERSON);
    const { body: due } = await officer.get('/v1/desk').query({ kind: 'urgent-received', limit: 200 });
    expect(due.items).not.toContainEqual(expect.objectContaining({ id: item.id }));
    const late = await act('answer', item, { danger: 'x' });
    expect([late.status, late.body.code]).toEqual([409, 'urgent-request-taken-back']);
    const { body: timeline } = await officer.get(`/v1/cases/${notice.id}/timeline`).expect(200);
    const kinds = (timeline.items as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toContain('urgent-request-taken-back');
    await feedCaughtUp(police.database);
    const { body: changes } = await officer.get('/v1/changes').query({ limit: 500 }).expect(200);
    expect(changes.items).toContainEqual(
      expect.objectContaining({ resource: 'urgent-received', id: item.id, kind: 'taken-back' }),
    );

    const answered = await withdrawn(true);
    expect(answered).toMatchObject({ answeredAt: expect.any(String), takenBackAt: expect.any(String) });
    const { body: kept } = await officer.get(`/v1/urgent-received/${answered.id}`).expect(200);
    expect(kept).toMatchObject({ question: {}, answer: { health: 'Insulin.' } });
  });

  it('is the unit’s that it was sent to; a code that does not exist is told', async () => {
    const item = await asked();
    const elsewhere = await police.as({ unit: 'bpm', roles: ['officer', 'supervisor'] });
    expect(await items(elsewhere)).toEqual([]);
    await elsewhere.get(`/v1/urgent-received/${item.id}`).expect(404);
    await act('answer', item, { danger: 'x' }, elsewhere).expect(404);
    await act('refuse', item, { reason: 'because' }).expect(400);
    const wrong = await act('answer', item, { address: { communeCode: '99999', departement: '75' } });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid-request']);
  });

  it('sent by an agency that the convention does not let ask, it is refused on receipt and seen by nobody', async () => {
    const association = await startPeer(world, 'asso-refuge');
    const document = aRequest({ person });
    await association.send('police-75', {
      type: URGENT_REQUEST_ASKED,
      document,
      purpose: 'vital-interests',
      unit: 'brp',
    });
    // Its own dispatch refuses it already: nothing leaves.
    await eventually(async () => {
      const rows = await association.database.owner.query<{ state: string; reason: string }[]>(
        'SELECT state, reason FROM messaging.delivery_status',
      );
      expect(rows).toEqual([{ state: 'refused', reason: 'forbidden-by-statute' }]);
    });
    expect((await items(officer)).map(({ request }) => request)).not.toContain(document.request);
  });
});
