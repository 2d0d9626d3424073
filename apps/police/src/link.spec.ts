import { ORIENTATION_REQUESTED, PERSON_LINKED, PERSON_UNLINKED, SHARE_REVOKED } from '@liaison/contracts';
import {
  type AgencyWorld,
  eventually,
  LinkSide,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { about, Notices, receivedAbout } from './notice/notices.test';
import { POLICE } from './service';

const UNPROTECTED = { identity: false, address: false };
const ORIENTED = {
  needs: { sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
  nationality: 'NG',
  exploitation: { departements: ['75'] },
  ...{ endangered: true, needsDistance: true, procedureOpen: true },
  consent: { form: 'oral-witnessed', on: '2026-01-12', language: 'en', explainedBy: 'interpreter' },
  commune: '75110',
};

describe('two cases that are one person, as investigators say it', () => {
  let world: AgencyWorld;
  let paris: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    paris = await startPeer(world, 'prefecture-75');
    notices = await Notices.of(await world.start({ ...POLICE, agencyId: 'police-75' }));
  });
  afterAll(() => world.stop());

  const issued = async (familyName: string, protection = UNPROTECTED) => {
    const content = about(familyName);
    const { body } = await notices.issueNow({
      content,
      protection,
      recipients: [{ agency: 'prefecture-75' }],
    });
    const { envelope } = await receivedAbout(familyName, paris);
    const id = String(body.id);
    await notices.whenDelivered(id, 'delivered');
    return { id, content, reference: envelope.subject };
  };
  const propose = (id: string, other: string, agency = 'prefecture-75') =>
    notices.officer
      .post(`/v1/cases/${id}/links`)
      .set('Idempotency-Key', randomUUID())
      .send({ other, agency });
  const act = ({ id, version }: { id: string; version: number }, verb: string) =>
    notices.officer
      .post(`/v1/links/${id}/${verb}`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': `"${version}"` });
  const read = async (id: string) => (await notices.officer.get(`/v1/links/${id}`).expect(200)).body;
  /** What the préfecture heard of these two. */
  const heard = (type: string, one: string, other: string) =>
    paris.received.filter(({ envelope, data }) => {
      const { cases } = data as { cases?: { first: string; second: string } };
      return (
        envelope.type === type &&
        cases &&
        [cases.first, cases.second].sort().join() === [one, other].sort().join()
      );
    });

  it('proposes it to the préfecture that has both, which says so too, and takes it back', async () => {
    const [one, other] = [await issued('Eins'), await issued('Zwei')];
    const proposed = await propose(one.id, other.id).expect(202);
    expect(proposed.body).toMatchObject({
      state: 'proposed',
      round: 1,
      agency: 'prefecture-75',
      theirs: null,
    });
    expect((await propose(other.id, one.id)).body.code).toBe('link-exists');
    const [word] = await eventually(() => {
      const words = heard(PERSON_LINKED, one.reference, other.reference);
      expect(words).toHaveLength(1);
      return words;
    });
    expect(word?.envelope.convention).toBe('links@1');
    expect(Object.keys(word?.data as object).sort()).toEqual(['cases', 'role', 'round', 'saidAt']);
    expect(JSON.stringify(word?.envelope)).not.toContain(one.id);
    await paris.send('police-75', {
      type: PERSON_LINKED,
      document: word?.data,
      facts: { protectedIdentity: false, protectedAddress: false },
    });
    const linked = await eventually(async () => {
      const link = await read(proposed.body.id as string);
      expect(link).toMatchObject({ state: 'linked', mine: { state: 'delivered', reason: null } });
      return link as { id: string; version: number };
    });
    const undone = await act(linked, 'undo').expect(202);
    expect(undone.body).toMatchObject({ state: 'ended', round: 1 });
    await eventually(() => expect(heard(PERSON_UNLINKED, one.reference, other.reference)).toHaveLength(1));
  });

  it('is refused where a measure hides somebody of either case, and where the other does not know both', async () => {
    const open = await issued('Offen');
    for (const protection of [
      { identity: true, address: false },
      { identity: false, address: true },
    ]) {
      const hidden = await issued(`Verborgen ${String(protection.identity)}`, protection);
      expect((await propose(open.id, hidden.id)).body).toMatchObject({ status: 409, code: 'link-protected' });
      expect((await propose(hidden.id, open.id)).body).toMatchObject({ status: 409, code: 'link-protected' });
      expect((await notices.officer.get(`/v1/cases/${open.id}/links`).expect(200)).body.items).toEqual([]);
    }
    const { id: draft } = await notices.draft(about('Entwurf'), { protection: UNPROTECTED });
    expect((await propose(open.id, draft)).body).toMatchObject({ status: 409, code: 'link-not-exchanged' });
    const other = await issued('Noch eine');
    expect((await propose(open.id, other.id, 'ase-75')).body.code).toBe('link-not-exchanged');
  });

  it('ends where a measure is granted later: the préfecture is to destroy what was said, and hears of nothing more', async () => {
    const [one, other] = [await issued('Vorher'), await issued('Nachher')];
    const { body } = await propose(one.id, other.id).expect(202);
    const word = await eventually(() => {
      const [found] = heard(PERSON_LINKED, one.reference, other.reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    await eventually(async () => {
      expect(await read(body.id as string)).toMatchObject({ mine: { state: 'delivered' } });
    });
    await notices.officer
      .post(`/v1/notices/${other.id}/amend`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': '*' })
      .send({ content: other.content, protection: { identity: true, address: false }, reason: 'correction' })
      .expect(202);
    await eventually(() => {
      const orders = paris.received.filter(
        ({ envelope, data }) =>
          envelope.type === SHARE_REVOKED && JSON.stringify(data).includes(word.envelope.id),
      );
      expect(orders.map(({ data }) => (data as { effect: string }).effect)).toEqual(['purge']);
    });
    expect(await read(body.id as string)).toMatchObject({ state: 'ended', mine: null });
    expect((await propose(one.id, other.id)).body.code).toBe('link-protected');
    // What the other says all the same may be refused, in the words of any refusal.
    await paris.send('police-75', {
      type: PERSON_LINKED,
      document: word.data,
      facts: { protectedIdentity: false, protectedAddress: false },
    });
    const asked = await eventually(async () => {
      const link = await read(body.id as string);
      expect(link).toMatchObject({ state: 'to-answer' });
      return link as { id: string; version: number };
    });
    expect((await act(asked, 'confirm')).body.code).toBe('link-protected');
    await act(asked, 'refuse').expect(202);
    const refusal = await eventually(() => {
      const [found] = heard(PERSON_UNLINKED, one.reference, other.reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(Object.keys(refusal.data as object).sort()).toEqual(['cases', 'role', 'round', 'saidAt']);
  });

  it('R11: two requests for a place are for one adult, who agreed to both; a consent taken back of one ends it at the coordination', async () => {
    const coordination = await startPeer(world, 'ac-se');
    const own = new LinkSide(notices.officer);
    const arrived = () =>
      coordination.received.filter(({ envelope }) => envelope.type === ORIENTATION_REQUESTED);
    const asked = async (familyName: string, protection = UNPROTECTED) => {
      const { id } = await notices.draft(about(familyName), { protection });
      const before = arrived().length;
      const { body } = await notices.officer
        .post('/v1/orientation-requests')
        .set('Idempotency-Key', randomUUID())
        .send({ caseId: id, birthDate: '2001-06-14', departement: '75', content: ORIENTED })
        .expect(202);
      expect(body).toMatchObject({ allowed: true });
      await eventually(() => expect(arrived()).toHaveLength(before + 1));
      return { id, request: body.id as string };
    };
    const [one, other] = [await asked('Uno'), await asked('Due')];
    await eventually(async () =>
      expect((await own.propose(one.id, other.id, 'ac-se')).body).toMatchObject({ state: 'proposed' }),
    );
    const word = await eventually(() => {
      const [found] = coordination.received.filter(({ envelope }) => envelope.type === PERSON_LINKED);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(word.envelope.convention).toBe('links-adults@1');
    const { first, second } = (word.data as { cases: { first: string; second: string } }).cases;
    expect([first, second].sort()).toEqual(
      arrived()
        .map(({ envelope }) => envelope.subject)
        .sort(),
    );
    const hidden = await asked('Tre', { identity: true, address: false });
    await eventually(async () =>
      expect((await own.propose(one.id, hidden.id, 'ac-se')).body.code).toBe('link-protected'),
    );

    await notices.officer
      .post(`/v1/orientation-requests/${other.request}/withdraw-consent`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': '"1"' })
      .expect(202);
    await eventually(() => {
      const orders = coordination.received.filter(
        ({ envelope, data }) =>
          envelope.type === SHARE_REVOKED && JSON.stringify(data).includes(word.envelope.id),
      );
      expect(orders.map(({ data }) => (data as { effect: string }).effect)).toEqual(['purge']);
    });
    expect(await own.of(one.id)).toMatchObject([{ state: 'ended', mine: null }]);
    expect((await own.propose(one.id, other.id, 'ac-se')).body.code).toBe('link-not-allowed');
  });

  it('ends where a measure is stated with a request for a place: whatever it becomes known with, it hides the person of the case', async () => {
    const [one, other] = [await issued('Aperto'), await issued('Coperto')];
    const { body } = await propose(one.id, other.id).expect(202);
    await eventually(() => expect(heard(PERSON_LINKED, one.reference, other.reference)).toHaveLength(1));
    const [word] = heard(PERSON_LINKED, one.reference, other.reference);
    await notices.officer
      .post('/v1/orientation-requests')
      .set('Idempotency-Key', randomUUID())
      .send({
        ...{ caseId: other.id, birthDate: '2001-06-14', departement: '75', content: ORIENTED },
        protection: { identity: false, address: true },
      })
      .expect(202);
    expect(await read(body.id as string)).toMatchObject({ state: 'ended', mine: null });
    await eventually(() =>
      expect(
        paris.received.filter(
          ({ envelope, data }) =>
            envelope.type === SHARE_REVOKED && JSON.stringify(data).includes(String(word?.envelope.id)),
        ),
      ).toHaveLength(1),
    );
    expect((await propose(one.id, other.id)).body.code).toBe('link-protected');
  });
});
