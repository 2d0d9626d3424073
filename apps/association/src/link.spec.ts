import {
  NOTICE_ISSUED,
  PERSON_LINKED,
  PERSON_UNLINKED,
  REFERRAL_MADE,
  SHARE_REVOKED,
  type ShareRevokedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  aReferral,
  eventually,
  LinkSide,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASSOCIATION } from './service';

const ADULTS = 'orientation-of-adults';
const OPEN = { protectedIdentity: false, protectedAddress: false };
const AGREED = {
  ...OPEN,
  adult: true,
  consents: [{ to: 'association' as const, purpose: ADULTS, value: 'given' as const }],
};

interface Case {
  readonly caseId: string;
  readonly reference: string;
}

describe('two cases that are one person, as an association says it', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let ase: TestPeer;
  let worker: Agent;
  let own: LinkSide;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    ase = await startPeer(world, 'ase-75');
    const association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await association.as({ unit: 'maraude', roles: ['caseworker'] });
    own = new LinkSide(worker);
  });
  afterAll(() => world.stop());

  /** An adult whom the police send, with their consent to that. */
  const sent = async (): Promise<Case> => {
    const reference = await police.send('asso-refuge', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      purpose: ADULTS,
      unit: 'maraude',
      facts: { ...AGREED, birthDate: '1998-03-04', departement: '75', namedContact: ['asso-refuge'] },
    });
    return eventually(async () => {
      const { body } = await worker.get('/v1/notices?limit=200').expect(200);
      const found = (body.items as Case[]).find((each) => each.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  };
  const says = (type: string, [one, other]: readonly [Case, Case]) =>
    police.send('asso-refuge', {
      type,
      document: {
        cases:
          one.reference < other.reference
            ? { first: one.reference, second: other.reference }
            : { first: other.reference, second: one.reference },
        round: 1,
        saidAt: new Date().toISOString(),
        role: 'officer',
      },
      purpose: ADULTS,
      facts: AGREED,
    });
  const heard = (peer: TestPeer, type: string, { reference }: Pick<Case, 'reference'>) =>
    peer.received.filter(
      ({ envelope, data }) => envelope.type === type && JSON.stringify(data).includes(reference),
    );
  const agreed = async (...cases: readonly Case[]) => {
    for (const { caseId } of cases) await own.agree(caseId, 'police', ADULTS).expect(201);
  };

  it('R10: adults only where they agreed on both cases; withdrawn on one, the police are to destroy it, and hear of nothing more', async () => {
    const both = [await sent(), await sent()] as const;
    const [one, other] = both;
    const refused = await own.propose(one.caseId, other.caseId, 'police-75');
    expect(refused.body).toMatchObject({ status: 409, code: 'link-not-allowed' });
    await agreed(one);
    expect((await own.propose(one.caseId, other.caseId, 'police-75')).body.code).toBe('link-not-allowed');
    expect(await own.of(one.caseId)).toEqual([]);
    await agreed(other);
    await own.propose(one.caseId, other.caseId, 'police-75').expect(202);
    const word = await eventually(() => {
      const [found] = heard(police, PERSON_LINKED, one);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(word.envelope.convention).toBe('links-adults@1');
    expect(Object.keys(word.data as object).sort()).toEqual(['cases', 'role', 'round', 'saidAt']);
    await says(PERSON_LINKED, both);
    await own.reaches(other.caseId, 'linked');

    await own.agree(other.caseId, 'police', ADULTS, 'withdrawn').expect(201);
    await eventually(() => {
      const orders = police.received.filter(({ envelope }) => envelope.type === SHARE_REVOKED);
      expect(orders.map(({ data }) => data as ShareRevokedV1)).toContainEqual(
        expect.objectContaining({
          effect: 'purge',
          events: expect.arrayContaining([word.envelope.id]) as unknown,
        }),
      );
    });
    // What the police say is theirs; it may be refused, and not even that leaves (R10).
    const left = await own.reaches(one.caseId, 'to-answer');
    expect((await own.answer(left, 'confirm')).body.code).toBe('link-not-allowed');
    await own.answer(left, 'refuse').expect(202);
    await eventually(async () =>
      expect(await own.of(one.caseId)).toMatchObject([{ state: 'ended', mine: { state: 'refused' } }]),
    );
    expect(heard(police, PERSON_UNLINKED, one)).toEqual([]);
    // Whoever agrees again has linked nothing by that.
    await agreed(other);
    expect(await own.of(one.caseId)).toMatchObject([{ state: 'ended', round: 1 }]);
  });

  it('is answered on the desk: what the police propose of adults who agreed is confirmed, undone, and the police hear both', async () => {
    const both = [await sent(), await sent()] as const;
    const [one, other] = both;
    await says(PERSON_LINKED, both);
    const asked = await own.reaches(one.caseId, 'to-answer');
    expect(await own.waiting()).toContain(asked.id);
    expect((await own.answer(asked, 'confirm')).body.code).toBe('link-not-allowed');
    await agreed(one, other);
    await own.answer(asked, 'confirm').expect(202);
    const linked = await own.reaches(other.caseId, 'linked');
    expect(await own.waiting()).not.toContain(asked.id);
    await eventually(() => expect(heard(police, PERSON_LINKED, one)).toHaveLength(1));
    await own.answer(linked, 'undo').expect(202);
    await eventually(() => expect(heard(police, PERSON_UNLINKED, other)).toHaveLength(1));
    await own.reaches(one.caseId, 'ended');

    // A measure that becomes known with what the préfecture is told of her ends it too (R18).
    await own.propose(one.caseId, other.caseId, 'police-75').expect(202);
    await own.reaches(one.caseId, 'proposed', 2);
    const content = {
      departement: '75',
      civilStatus: { declared: { familyName: 'Osagie', givenNames: ['Blessing'], birthDate: '1998-03-04' } },
      support: { state: 'ongoing', since: '2026-01-12' },
      lodging: { state: 'none' },
    };
    const consent = { form: 'written', on: '2026-01-12', language: 'en', explainedAs: 'caseworker' };
    const protection = { identity: false, address: true };
    await worker
      .post('/v1/support-reports')
      .set('Idempotency-Key', randomUUID())
      .send({ content, consent, protection, caseId: other.caseId })
      .expect(202);
    expect(await own.of(one.caseId)).toMatchObject([{ state: 'ended', mine: { says: 'not-same' } }]);
    const anew = await own.propose(one.caseId, other.caseId, 'police-75');
    expect(anew.body.code).toBe('link-protected');
  });

  it('joins children whom it referred with child protection, which learns references alone; a child whom a measure hides with nobody', async () => {
    const refer = async (protection: object = {}): Promise<Case> => {
      const before = ase.received.length;
      const { body } = await worker
        .post('/v1/referrals')
        .set('Idempotency-Key', randomUUID())
        .send({ content: aReferral(), ...protection })
        .expect(202);
      const arrived = await eventually(() => {
        const found = ase.received.slice(before).find(({ envelope }) => envelope.type === REFERRAL_MADE);
        if (!found) throw new Error('it has not arrived');
        return found;
      });
      await eventually(async () => {
        const { body: now } = await worker.get(`/v1/referrals/${body.id}`).expect(200);
        expect(now.told).toContainEqual(expect.objectContaining({ delivery: 'delivered' }));
      });
      return { caseId: body.id as string, reference: arrived.envelope.subject };
    };
    const [one, other] = [await refer(), await refer()];
    await own.propose(one.caseId, other.caseId, 'ase-75').expect(202);
    const word = await eventually(() => {
      const [found] = heard(ase, PERSON_LINKED, other);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(word.envelope.convention).toBe('links@1');
    expect(JSON.stringify(word)).not.toContain('Okafor');
    await ase.send('asso-refuge', { type: PERSON_LINKED, document: word.data, facts: OPEN });
    await own.reaches(one.caseId, 'linked');
    const hidden = await refer({ protection: { identity: true, address: false } });
    expect((await own.propose(one.caseId, hidden.caseId, 'ase-75')).body.code).toBe('link-protected');
    expect((await own.propose(one.caseId, other.caseId, 'police-75')).body.code).toBe('link-not-exchanged');
  });
});
