import { PERSON_LINKED, PERSON_UNLINKED } from '@liaison/contracts';
import { eventually, feedCaughtUp } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { type ArrivedNotice, type DeskWorld, noticeAbout, startDeskWorld } from './desk-world.test';

const OPEN = { protectedIdentity: false, protectedAddress: false };

interface Link {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly round: number;
  readonly cases: readonly string[];
}

describe('two cases that are one person, as a préfecture hears and says it', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
  });
  afterAll(() => world.world.stop());

  const twoCases = async (): Promise<readonly [ArrivedNotice, ArrivedNotice]> => [
    await world.receive(noticeAbout({ familyName: 'Osagie', givenNames: ['Blessing'] })),
    await world.receive(noticeAbout({ familyName: 'Osagie', givenNames: ['Bless'] })),
  ];
  const inOrder = (one: string, other: string) =>
    one < other ? { first: one, second: other } : { first: other, second: one };
  const says = (
    type: string,
    [one, other]: readonly [Pick<ArrivedNotice, 'reference'>, Pick<ArrivedNotice, 'reference'>],
    round = 1,
  ) =>
    world.police.send('prefecture-75', {
      type,
      document: {
        cases: inOrder(one.reference, other.reference),
        round,
        saidAt: new Date().toISOString(),
        role: 'officer',
      },
      facts: OPEN,
    });
  const linksOf = async (caseId: string, reader = world.caseworker) =>
    (await reader.get(`/v1/cases/${caseId}/links`).expect(200)).body.items as Link[];
  const reaches = (caseId: string, state: string, round = 1) =>
    eventually(async () => {
      const [link] = await linksOf(caseId);
      expect(link).toMatchObject({ state, round });
      return link as Link;
    });
  const act = ({ id, version }: Pick<Link, 'id' | 'version'>, verb: string, key: string = randomUUID()) =>
    world.caseworker
      .post(`/v1/links/${id}/${verb}`)
      .set({ 'Idempotency-Key': key, 'If-Match': `"${version}"` });
  const propose = (id: string, body: object, key: string = randomUUID()) =>
    world.caseworker.post(`/v1/cases/${id}/links`).set('Idempotency-Key', key).send(body);
  const waiting = async (reader = world.caseworker) =>
    (
      (await reader.get('/v1/desk').query({ kind: 'person-link' }).expect(200)).body.items as { id: string }[]
    ).map(({ id }) => id);
  const heard = (type: string) =>
    world.police.received.filter(({ envelope }) => envelope.type === type).map(({ data }) => data);
  const kindsOf = async (caseId: string) =>
    (
      (await world.caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200)).body.items as {
        kind: string;
      }[]
    ).map(({ kind }) => kind);

  it('waits on the desk until somebody answers, and then stands on both sides', async () => {
    const [one, other] = await twoCases();
    await says(PERSON_LINKED, [one, other]);
    const link = await reaches(one.caseId, 'to-answer');
    expect([...link.cases].sort()).toEqual([one.caseId, other.caseId].sort());
    expect(await linksOf(other.caseId)).toEqual([link]);
    expect(await waiting()).toContain(link.id);

    const key = randomUUID();
    const confirmed = await act(link, 'confirm', key).expect(202);
    expect(confirmed.body).toMatchObject({
      state: 'linked',
      round: 1,
      mine: { says: 'same' },
      theirs: { says: 'same' },
    });
    expect(confirmed.headers['etag']).toBe(`"${confirmed.body.version}"`);
    // Asked again under the same key it is said once.
    expect((await act(link, 'confirm', key)).body).toEqual(confirmed.body);
    expect((await act(link, 'confirm')).body.code).toBe('precondition-failed');
    await eventually(() =>
      expect(heard(PERSON_LINKED)).toEqual([
        {
          cases: inOrder(one.reference, other.reference),
          round: 1,
          saidAt: expect.any(String) as string,
          role: 'caseworker',
        },
      ]),
    );
    expect(await waiting()).not.toContain(link.id);
    for (const { caseId } of [one, other]) {
      expect(await kindsOf(caseId)).toEqual(expect.arrayContaining(['link-said', 'link-said-by-other']));
    }
    const { body: exported } = await world.caseworker
      .get(`/v1/cases/${one.caseId}/export`)
      .query({ format: 'json' })
      .expect(200);
    expect(exported.records.links).toMatchObject([{ id: link.id, state: 'linked' }]);
    await feedCaughtUp(world.prefecture.database);
    const { body: feed } = await world.caseworker.get('/v1/changes').query({ limit: 1000 }).expect(200);
    expect(
      (feed.items as { resource: string; id: string; kind: string; caseId: string | null }[])
        .filter(({ id }) => id === link.id)
        .map(({ resource, kind, caseId }) => [resource, kind, caseId]),
    ).toEqual([
      ['person-link', 'heard-same', null],
      ['person-link', 'said-same', null],
    ]);
  });

  it('is ended by either for good, and proposed anew in the next round', async () => {
    const [one, other] = await twoCases();
    const ended = heard(PERSON_UNLINKED).length;
    await says(PERSON_LINKED, [one, other]);
    const refused = await act(await reaches(one.caseId, 'to-answer'), 'refuse').expect(202);
    expect(refused.body).toMatchObject({ state: 'ended', mine: { says: 'not-same' } });
    await eventually(() => expect(heard(PERSON_UNLINKED)).toHaveLength(ended + 1));
    expect((await act(refused.body as Link, 'confirm')).body.code).toBe('link-ended');
    expect((await act(refused.body as Link, 'undo')).body.code).toBe('link-ended');
    // The smaller reference is the smaller whoever proposes.
    const anew = await propose(other.caseId, { other: one.caseId, agency: 'police-75' }).expect(202);
    expect(anew.body).toMatchObject({ id: refused.body.id, state: 'proposed', round: 2 });
    // What the other said of the round before comes late: it ends nothing of this one.
    await says(PERSON_UNLINKED, [one, other], 1);
    await says(PERSON_LINKED, [one, other], 2);
    // Each word is a case of its own: either may arrive first, and each counts.
    const linked = await eventually(async () => {
      const link = await reaches(other.caseId, 'linked', 2);
      await act(link, 'undo').expect(202);
      return link;
    });
    await reaches(one.caseId, 'ended', 2);
    expect(await waiting()).not.toContain(linked.id);
  });

  it('is for cases that both know: what names another is parked with one word, and nothing says which', async () => {
    const [one, other] = await twoCases();
    const unknown = await says(PERSON_LINKED, [one, { reference: randomUUID() }]);
    const itself = await says(PERSON_LINKED, [one, one]);
    await eventually(async () => {
      const parked = await world.prefecture.database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked' AND reference = ANY ($1)`,
        [[unknown, itself]],
      );
      expect(parked).toEqual([{ reason: 'link-unexpected' }, { reason: 'link-unexpected' }]);
    });
    const code = async (body: object, of = one.caseId) => (await propose(of, body)).body.code as string;
    expect(await code({ other: one.caseId, agency: 'police-75' })).toBe('link-same-case');
    expect(await code({ other: randomUUID(), agency: 'police-75' })).toBe('case-not-found');
    expect(await code({ other: other.caseId, agency: 'police-75' }, randomUUID())).toBe('case-not-found');
    for (const agency of ['ase-75', 'asso-refuge', 'prefecture-75', 'nobody']) {
      expect(await code({ other: other.caseId, agency })).toBe('link-not-exchanged');
    }
    expect((await propose(one.caseId, { other: 'x', agency: 'police-75' })).status).toBe(400);
    expect(await linksOf(one.caseId)).toEqual([]);
  });

  it('shows nothing to who may not read both', async () => {
    const [one, other] = await twoCases();
    await says(PERSON_LINKED, [one, other]);
    const link = await reaches(one.caseId, 'to-answer');
    await world.desk.get(`/v1/links/${link.id}`).expect(403);
    expect(await waiting(world.desk)).toEqual([]);
    const elsewhere = await world.prefecture.as({ unit: 'sejour', roles: ['caseworker'] });
    await elsewhere.get(`/v1/links/${link.id}`).expect(404);
    await elsewhere.get(`/v1/cases/${one.caseId}/links`).expect(404);
    // One of them is in another unit by now: whoever has the other alone learns of no link, and answers none.
    await world.prefecture.database.owner.query(
      `UPDATE notice.received_notice SET unit = 'sejour' WHERE case_id = $1`,
      [other.caseId],
    );
    await world.caseworker.get(`/v1/links/${link.id}`).expect(404);
    expect(await linksOf(one.caseId)).toEqual([]);
    expect((await act(link, 'confirm')).body.code).toBe('link-not-found');
    const timeline = await world.caseworker.get(`/v1/cases/${one.caseId}/timeline`).expect(200);
    expect(timeline.text).not.toContain(other.caseId);
  });
});
