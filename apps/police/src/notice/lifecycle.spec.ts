import {
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  SHARE_REVOKED,
  type NoticeAmendedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { POLICE } from '../service';
import type { NoticeHistory } from './notice.answers';
import { about, expectProblem, Notices, receivedAbout } from './notices.test';

describe('what becomes of an issued notice', () => {
  let world: AgencyWorld;
  let police: TestService;
  let paris: TestPeer;
  let marseille: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    paris = await startPeer(world, 'prefecture-75');
    marseille = await startPeer(world, 'prefecture-13');
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  const post = (id: string, verb: string, body: object, etag = '*', key: string = randomUUID()) =>
    notices.officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', key)
      .set('If-Match', etag)
      .send(body);

  /** Issued and arrived. */
  const arrived = async (familyName: string) => {
    const response = await notices.issueNow({ content: about(familyName) });
    const received = await receivedAbout(familyName, paris);
    return { id: String(response.body.id), reference: received.envelope.subject, received };
  };
  const receivedOf = (peer: TestPeer, type: string, reference: string) =>
    eventually(() => {
      const found = peer.received.find(
        ({ envelope }) => envelope.type === type && envelope.subject === reference,
      );
      if (!found) throw new Error(`no ${type} yet`);
      return found;
    });
  /** As long as it lasts, nothing is dispatched: intents of that case wait. */
  const whileHeld = <T>(work: () => Promise<T>): Promise<T> =>
    whileNothingLeaves(police, ['prefecture-75', 'prefecture-13'], work);
  const states = async (id: string) =>
    (await notices.deliveries(id)).map(({ event, recipient, state }) => [
      event.split('.')[2],
      recipient,
      state,
    ]);

  it('an amendment is a whole new version that says why, counted as its recipient counts', async () => {
    const { id, reference } = await arrived('Abiola');
    const content = aNotice({
      civilStatus: {
        declared: { familyName: 'Abiola' },
        real: { familyName: 'Abiọ́lá', verifiedBy: 'Consulate', verifiedOn: '2026-03-01' },
      },
    });
    const amended = await post(id, 'amend', {
      content,
      reason: 'identity-established',
      explanation: 'The consulate answered.',
    });
    expect(amended.status).toBe(202);
    expect(amended.body).toMatchObject({
      id,
      state: 'issued',
      version: 3,
      superseded: [],
      recipients: [{ recipient: 'prefecture-75', allowed: true }],
    });
    const { data, envelope, withheld } = await receivedOf(paris, NOTICE_AMENDED, reference);
    expect(envelope.recipientversion).toBe(2);
    expect((data as NoticeAmendedV1).amendment).toEqual({ reason: 'identity-established' });
    expect((data as NoticeAmendedV1).civilStatus.real).toMatchObject({ familyName: 'Abiọ́lá' });
    expect(withheld).toContain('amendment.explanation');

    const { body } = await notices.officer.get(`/v1/notices/${id}`);
    expect(body).toMatchObject({
      content,
      amendment: { reason: 'identity-established', explanation: 'The consulate answered.' },
    });
    const history = await notices.officer.get(`/v1/notices/${id}/history`);
    const { items } = history.body as NoticeHistory;
    expect(items.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['written', null],
      ['issued', null],
      ['amended', 'identity-established'],
    ]);
  });

  it('an amendment can be all that arrives, where the first version never left', async () => {
    const id = await whileHeld(async () => {
      const { body } = await notices.issueNow({ content: about('Bankole') });
      // Protection is stated only now: what waited under the old facts is not sent any more.
      await post(String(body.id), 'amend', {
        content: about('Bankole'),
        reason: 'correction',
        protection: { identity: true, address: true },
      }).expect(202);
      return String(body.id);
    });
    const { envelope } = await receivedAbout('Bankole', paris);
    expect(envelope).toMatchObject({ type: NOTICE_AMENDED, sequence: 1, recipientversion: 1 });
    await eventually(async () =>
      expect(await states(id)).toEqual([
        ['issued', 'prefecture-75', 'cancelled'],
        ['amended', 'prefecture-75', 'delivered'],
      ]),
    );
  });

  it('a recipient that may not have the new version learns that the old one no longer stands', async () => {
    const { id, reference } = await arrived('Chukwu');
    const response = await post(id, 'move', { departement: '13' });
    expect(response.status).toBe(202);
    expect(response.body).toMatchObject({
      state: 'issued',
      superseded: ['prefecture-75'],
      recipients: [{ recipient: 'prefecture-13', allowed: true }],
    });
    const told = await receivedOf(paris, NOTICE_SUPERSEDED, reference);
    expect(told.data).toEqual({ reason: 'moved', supersededAt: expect.any(String) });
    const sentOn = await receivedAbout('Chukwu', marseille);
    expect(sentOn.envelope).toMatchObject({ type: NOTICE_ISSUED, recipientversion: 1 });
    expect(sentOn.envelope.subject).not.toBe(reference);
    expect(sentOn.data).toMatchObject({ procedure: { departement: '13' } });
    expect(sentOn.data).not.toHaveProperty('address');
    // Not competent any more, it purges what it has.
    await receivedOf(paris, SHARE_REVOKED, reference);
    const ofParis = paris.received.filter(({ envelope }) => envelope.subject === reference);
    expect(ofParis.map(({ envelope }) => envelope.type)).toEqual([
      NOTICE_ISSUED,
      NOTICE_SUPERSEDED,
      SHARE_REVOKED,
    ]);

    // Later versions go where the person is.
    const amended = await post(id, 'amend', {
      content: { ...about('Chukwu'), procedure: { departement: '13' } },
      reason: 'completion',
    });
    expect(amended.body.recipients).toMatchObject([{ recipient: 'prefecture-13' }]);
    await receivedOf(marseille, NOTICE_AMENDED, sentOn.envelope.subject);
    expectProblem(await post(id, 'move', { departement: '13' }), 422, 'notice-not-moved');
    expectProblem(
      await post(id, 'amend', { content: about('Chukwu'), reason: 'completion' }),
      422,
      'departement-changed',
    );
  });

  it('a person who comes back is sent back, under the reference that the préfecture knows', async () => {
    const { id, reference } = await arrived('Dada');
    await post(id, 'move', { departement: '13' }).expect(202);
    await receivedOf(paris, NOTICE_SUPERSEDED, reference);
    await post(id, 'move', { departement: '75' }).expect(202);
    await eventually(() => {
      const issued = paris.received.filter(
        ({ envelope }) => envelope.subject === reference && envelope.type === NOTICE_ISSUED,
      );
      expect(issued.map(({ envelope }) => envelope.recipientversion)).toEqual([1, 4]);
    });
  });

  it('a withdrawal tells everybody who holds a version, and ends the notice', async () => {
    const { id, reference } = await arrived('Edet');
    await post(id, 'move', { departement: '13' }).expect(202);
    const there = await receivedAbout('Edet', marseille);
    const response = await post(id, 'withdraw', { reason: 'not-a-victim' });
    expect(response.body).toMatchObject({ state: 'withdrawn', cancelled: 0 });
    expect([...response.body.told].sort()).toEqual(['prefecture-13', 'prefecture-75']);
    const [here] = await Promise.all([
      receivedOf(paris, NOTICE_WITHDRAWN, reference),
      receivedOf(marseille, NOTICE_WITHDRAWN, there.envelope.subject),
    ]);
    expect(here.data).toEqual({ reason: 'not-a-victim', withdrawnAt: expect.any(String) });
    expectProblem(await post(id, 'withdraw', { reason: 'other' }), 409, 'notice-ended');
    expectProblem(await post(id, 'move', { departement: '75' }), 409, 'notice-ended');
    expectProblem(
      await post(id, 'amend', { content: about('Edet'), reason: 'correction' }),
      409,
      'notice-ended',
    );
  });

  it('what has not left is cancelled, nothing is sent, and the author is told', async () => {
    const [withdrawn, recalled] = await whileHeld(async () => {
      const ids = [];
      for (const name of ['Fashola', 'Garba']) {
        ids.push(String((await notices.issueNow({ content: about(name) })).body.id));
      }
      const [first = '', second = ''] = ids;
      const answers = [
        await post(first, 'withdraw', { reason: 'duplicate' }),
        await post(second, 'recall', { reason: 'issued-too-early' }),
      ];
      for (const { status, body } of answers) {
        expect([status, body.told, body.cancelled]).toEqual([202, [], 1]);
      }
      return [first, second];
    });
    const last = await arrived('Hassan');
    for (const id of [withdrawn, recalled]) {
      await eventually(async () =>
        expect(await states(id ?? '')).toEqual([['issued', 'prefecture-75', 'cancelled']]),
      );
    }
    expect(last.received.envelope.sequence).toBe(1);
    expect(JSON.stringify(paris.received)).not.toMatch(/Fashola|Garba/);
  });

  it('a recall takes every version back and says why; from one recipient, the others keep theirs', async () => {
    const { id, reference } = await arrived('Ikwue');
    await post(id, 'amend', { content: about('Ikwue'), reason: 'completion' }).expect(202);
    await receivedOf(paris, NOTICE_AMENDED, reference);
    expectProblem(
      await post(id, 'recall', { reason: 'other', recipients: ['ase-75'] }),
      422,
      'recall-from-nobody',
    );
    const response = await post(id, 'recall', { reason: 'wrong-person', recipients: ['prefecture-75'] });
    expect(response.body).toMatchObject({ state: 'recalled', told: ['prefecture-75'] });
    const told = await receivedOf(paris, NOTICE_RECALLED, reference);
    expect(told.data).toEqual({ reason: 'wrong-person', recalledAt: expect.any(String) });
    await eventually(async () =>
      expect(await states(id)).toEqual([
        ['issued', 'prefecture-75', 'voided'],
        ['amended', 'prefecture-75', 'voided'],
        ['recalled', 'prefecture-75', 'delivered'],
      ]),
    );
    expectProblem(await post(id, 'recall', { reason: 'other' }), 409, 'notice-ended');
  });

  it('each happens once for a key, and only on the version that was read', async () => {
    const { id } = await arrived('Jimoh');
    const key = randomUUID();
    const body = { content: about('Jimoh'), reason: 'correction' };
    const answers = await Promise.all([1, 2, 3].map(() => post(id, 'amend', body, '"2"', key)));
    for (const { status, body: answer } of answers) {
      expect([status, answer]).toEqual([202, answers[0]?.body]);
    }
    expectProblem(await post(id, 'amend', body, '"2"'), 412, 'precondition-failed');
    expectProblem(
      await post(id, 'withdraw', { reason: 'other' }, '"2"', key + '1'),
      412,
      'precondition-failed',
    );
    const history = await notices.officer.get(`/v1/notices/${id}/history`);
    expect(history.body.items).toHaveLength(3);
  });

  it('two changes at once are one after the other, or one is refused', async () => {
    const { id } = await arrived('Kalu');
    const answers = await Promise.all([
      post(id, 'withdraw', { reason: 'other' }, '"2"'),
      post(id, 'move', { departement: '13' }, '"2"'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 412]);
  });

  it('is whole or not at all', async () => {
    const { id } = await arrived('Lawal');
    const serve = police.database.roles.serve;
    const { owner } = police.database;
    const documents = () => notices.count('messaging.event_document');
    const before = await documents();
    await owner.query(`REVOKE INSERT ON police.notice_change FROM ${serve}`);
    try {
      expectProblem(await post(id, 'withdraw', { reason: 'other' }), 500, 'internal-error');
    } finally {
      await owner.query(`GRANT INSERT ON police.notice_change TO ${serve}`);
    }
    expect(await documents()).toBe(before);
    expect((await notices.officer.get(`/v1/notices/${id}`)).body.state).toBe('issued');
  });

  it('nobody of another unit learns that it exists', async () => {
    const { id } = await arrived('Musa');
    const other = await Notices.of(police, 'bpm');
    for (const [verb, body] of [
      ['amend', { content: about('Musa'), reason: 'correction' }],
      ['move', { departement: '13' }],
      ['withdraw', { reason: 'other' }],
      ['recall', { reason: 'other' }],
    ] as const) {
      const response = await other.officer
        .post(`/v1/notices/${id}/${verb}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', '*')
        .send(body);
      expectProblem(response, 404, 'notice-not-found');
    }
    expectProblem(await other.officer.get(`/v1/notices/${id}/history`), 404, 'notice-not-found');
    const agent = other.officer.delete(`/v1/notices/${id}`).set('If-Match', '*');
    expectProblem(await agent, 404, 'notice-not-found');
  });

  describe('a draft', () => {
    it('may lack anything, is resumed, and is issued only once it is whole', async () => {
      const { id, etag } = await notices.draft({ civilStatus: { declared: {} } } as never);
      const missing = await notices.issue(id, etag);
      expectProblem(missing, 422, 'notice-incomplete');
      const resumed = await notices.officer
        .put(`/v1/notices/${id}`)
        .set('If-Match', etag)
        .send({ content: { vulnerability: { isolation: true }, steps: [{ kind: 'complaint' }] } });
      expect(resumed.status).toBe(200);
      const read = await notices.officer.get(`/v1/notices/${id}`);
      expect(read.body.content).toEqual({
        vulnerability: { isolation: true },
        steps: [{ kind: 'complaint' }],
      });
      const wrong = notices.officer
        .post('/v1/notices')
        .send({ content: { procedure: { departement: 'Paris' } } });
      expectProblem(await wrong, 400, 'invalid-request');
      const whole = await notices.officer
        .put(`/v1/notices/${id}`)
        .set('If-Match', '"2"')
        .send({ content: about('Nwosu') });
      expect((await notices.issue(id, String(whole.headers['etag']))).status).toBe(202);
      await receivedAbout('Nwosu', paris);
    });

    it('is given up without a trace of what was in it', async () => {
      const { id, etag } = await notices.draft(about('Obi'));
      expect((await notices.officer.delete(`/v1/notices/${id}`)).status).toBe(428);
      const discarded = await notices.officer.delete(`/v1/notices/${id}`).set('If-Match', etag);
      expect(discarded.status).toBe(204);
      expectProblem(await notices.officer.get(`/v1/notices/${id}`), 404, 'notice-not-found');
      const rows = await police.database.owner.query('SELECT * FROM police.notice WHERE id = $1', [id]);
      expect(JSON.stringify(rows)).not.toContain('Obi');
      expectProblem(await notices.issue(id, '*'), 409, 'notice-not-draft');
    });
  });
});
