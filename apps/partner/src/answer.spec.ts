import { PARTNER_ANSWERED, type PartnerAnsweredV1, REFERRAL_MADE } from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PARTNER } from './service';

const UNIT = 'mineurs';
const TEXT = 'The juge des enfants is seised: a hearing on Thursday.';

describe('the answer of a partner', () => {
  let world: AgencyWorld;
  let association: TestPeer;
  let police: TestPeer;
  let parquet: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    association = await startPeer(world, 'asso-refuge');
    police = await startPeer(world, 'police-75');
    const choices = 'taken-up,judge-seised,no-place';
    parquet = await world.start({
      agencyId: 'parquet-75',
      env: { DEFAULT_UNIT: UNIT, ANSWER_CHOICES: choices },
      ...PARTNER,
    });
    caseworker = await parquet.as({ unit: UNIT, roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  async function receive(peer: TestPeer): Promise<{ readonly caseId: string; readonly reference: string }> {
    const reference = await peer.send('parquet-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: true }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals?limit=200').expect(200);
      const items = body.items as { caseId: string; reference: string }[];
      const item = items.find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return item;
    });
  }
  const answer = (as: Agent, caseId: string, body: object, key: string = randomUUID()) =>
    as.post(`/v1/cases/${caseId}/answers`).set('Idempotency-Key', key).send(body);
  const answersAt = (peer: TestPeer, reference: string) =>
    peer.received.filter(
      ({ envelope: { type, subject } }) => type === PARTNER_ANSWERED && subject === reference,
    );

  it('is one of what the agency is configured to say, of what its kind may', async () => {
    const { body } = await caseworker.get('/v1/answer-choices').expect(200);
    expect(body).toEqual({ choices: ['taken-up', 'judge-seised'] });
    const { caseId } = await receive(police);
    const refused = await answer(caseworker, caseId, { choice: 'no-place' }).expect(422);
    expect(refused.body).toMatchObject({ code: 'choice-not-offered' });
  });

  it('goes back to whoever brought the case, once a request, as often as there is something to say', async () => {
    const { caseId, reference } = await receive(police);
    const key = randomUUID();
    const { body } = await answer(caseworker, caseId, { choice: 'judge-seised', text: TEXT }, key).expect(
      202,
    );
    expect(body).toMatchObject({ agency: 'police-75', allowed: true, denial: null, withheld: [] });
    expect((await answer(caseworker, caseId, { choice: 'judge-seised', text: TEXT }, key)).body).toEqual(
      body,
    );
    await answer(caseworker, caseId, { choice: 'taken-up' }).expect(202);
    await eventually(() => {
      const data = answersAt(police, reference).map((event) => event.data as PartnerAnsweredV1);
      expect(data).toEqual([
        { choice: 'judge-seised', text: TEXT, answeredAt: body.answeredAt, role: 'caseworker', unit: UNIT },
        { choice: 'taken-up', answeredAt: expect.any(String), role: 'caseworker', unit: UNIT },
      ]);
    });
    const { body: given } = await caseworker.get(`/v1/cases/${caseId}/answers`).expect(200);
    expect(given.items).toMatchObject([
      { agency: 'police-75', content: { choice: 'taken-up' } },
      { agency: 'police-75', content: { choice: 'judge-seised', text: TEXT } },
    ]);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      'partner-answer-given',
      'partner-answer-given',
      'referral-received',
    ]);
    const { body: exported } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(exported.records.givenAnswers).toHaveLength(2);
    expect(parquet.logLines.join('\n')).not.toContain('hearing');
  });

  it('keeps the words of the enquiry from an association, and tells its author so', async () => {
    const { caseId, reference } = await receive(association);
    const { body } = await answer(caseworker, caseId, { choice: 'judge-seised', text: TEXT }).expect(202);
    expect(body).toMatchObject({ agency: 'asso-refuge', allowed: true, withheld: ['text'] });
    await eventually(() => {
      const [event] = answersAt(association, reference);
      expect(event?.data).not.toHaveProperty('text');
      expect(event?.withheld).toEqual(['text']);
    });
  });

  it('is nobody’s who may not read the case', async () => {
    const { caseId } = await receive(police);
    const stranger = await parquet.as({ unit: 'other', roles: ['supervisor'] });
    await answer(stranger, caseId, { choice: 'taken-up' }).expect(404);
    await stranger.get(`/v1/cases/${caseId}/answers`).expect(404);
    await answer(caseworker, randomUUID(), { choice: 'taken-up' }).expect(404);
  });
});
