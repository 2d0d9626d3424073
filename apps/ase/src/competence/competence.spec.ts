import {
  COMPETENCE_DECIDED,
  COMPETENCE_ESCALATED,
  type CompetenceEscalatedV1,
  ONWARD_SHARE_MADE,
  PERSON_LINKED,
} from '@liaison/contracts';
import { eventually, LinkSide } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ComingOfAgeSweep } from './coming-of-age.sweep';
import {
  act,
  CLAIM,
  claim,
  claimIn,
  type Conflict,
  conflictIn,
  startTwoDepartements,
  type TwoDepartements,
} from './two-departements.test';

const CONFLICTS = '/v1/competence-conflicts';
const CLAIMS = '/v1/competence-claims';

describe('competence between two départements', () => {
  let both: TwoDepartements;
  let here: Agent;
  let there: Agent;

  beforeAll(async () => {
    both = await startTwoDepartements();
    ({ here, there } = both);
  });
  afterAll(() => both.world.stop());

  const claimed = async (caseId: string, content: object = CLAIM): Promise<Conflict> =>
    (await claim(here, caseId, content).expect(202)).body as Conflict;
  const onDesk = async (agent: Agent, kind: string, section: string): Promise<readonly string[]> => {
    const { body } = await agent.get(`/v1/desk?kind=${kind}&section=${section}`).expect(200);
    return (body.items as { readonly caseId: string }[]).map(({ caseId }) => caseId);
  };
  const answer = async (id: string, body: object) => {
    const found = await claimIn(there, id, 'received');
    return act(there, `${CLAIMS}/${found.id}/answer`, found.version, body).expect(202);
  };

  it('is claimed, refused with a reason, taken to the parquet, decided, handed over with the file and taken over', async () => {
    const caseId = await both.refer();
    const conflict = await claimed(caseId);
    expect(conflict).toMatchObject({ state: 'claimed', agency: 'ase-13', allowed: true });
    expect((await claim(here, caseId).expect(409)).body.code).toBe('competence-claimed');

    // The other département learns who the child is and why, never where it was found (R28).
    const received = await claimIn(there, conflict.id, 'received');
    expect(await onDesk(there, 'competence-claim', 'new')).toContain(received.caseId);
    const { body: read } = await there.get(`${CLAIMS}/${received.id}`).expect(200);
    expect(read.content).toMatchObject({ ...CLAIM, found: { departement: '75' } });
    const { body: found } = await there.get('/v1/search?q=okafor').expect(200);
    expect(found.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ caseId: received.caseId })]),
    );

    const early = act(here, `${CONFLICTS}/${conflict.id}/escalate`, conflict.version);
    expect((await early.expect(409)).body.code).toBe('competence-not-due');
    const path = `${CLAIMS}/${received.id}/answer`;
    expect((await act(there, path, 1, { answer: 'refused' }).expect(422)).body.code).toBe('ground-missing');
    await answer(conflict.id, { answer: 'refused', ground: 'offence', account: 'Nobody here knows her.' });
    const refused = await conflictIn(here, conflict.id, 'in-conflict');
    expect(refused).toMatchObject({ refusal: 'offence', account: 'Nobody here knows her.' });
    expect(await onDesk(here, 'competence-conflict', 'overdue')).toContain(caseId);

    const { body: asked } = await act(here, `${CONFLICTS}/${conflict.id}/escalate`, refused.version).expect(
      202,
    );
    expect(asked).toMatchObject({ level: 'departmental', told: ['parquet-75'] });
    const escalation = await eventually(() => {
      const event = both.parquet.received.find(
        ({ envelope, data }) =>
          envelope.type === COMPETENCE_ESCALATED && (data as CompetenceEscalatedV1).conflict === conflict.id,
      );
      if (!event) throw new Error('the parquet has not been asked');
      return event;
    });
    // Départements, grounds and days, and nothing else.
    expect(Object.keys(escalation.data as object).sort()).toEqual(
      ['claimed', 'conflict', 'decideBy', 'ground', 'level', 'openedAt', 'refusal', 'sheltering'].sort(),
    );
    await both.parquet.answer(escalation, {
      type: COMPETENCE_DECIDED,
      document: {
        conflict: conflict.id,
        outcome: 'competent',
        departement: '13',
        by: 'departmental',
        decidedAt: new Date().toISOString(),
      },
      purpose: 'competence-of-departement',
    });
    const decided = await conflictIn(here, conflict.id, 'decided');
    expect(decided).toMatchObject({ competent: '13', decidedBy: 'departmental' });
    await claimIn(there, conflict.id, 'decided');

    const { body: sent } = await act(here, `${CONFLICTS}/${conflict.id}/hand-over`, decided.version).expect(
      202,
    );
    expect(sent).toMatchObject({ state: 'handed-over', documents: 1, keptBack: 0, allowed: true });
    const file = await claimIn(there, conflict.id, 'file-received');
    const { body: opened } = await there.get(`${CLAIMS}/${file.id}`).expect(200);
    expect(opened.file.referrals).toHaveLength(1);
    expect(opened.file.referrals[0].observation.account).toEqual(expect.any(String));
    expect(opened.file.referrals[0].found).not.toHaveProperty('place');
    expect(opened.withheld).toContain('referrals.found.place');
    // Whoever referred the child learns that its words went along (R04).
    await eventually(() => {
      const told = both.association.received.filter(({ envelope }) => envelope.type === ONWARD_SHARE_MADE);
      expect(told.map(({ data }) => data)).toEqual([
        expect.objectContaining({ recipient: 'ase-13', convention: 'competence@1' }),
      ]);
    });

    await act(there, `${CLAIMS}/${file.id}/take-over`, file.version).expect(202);
    await conflictIn(here, conflict.id, 'taken-over');
    // What was disputed stands in what is exported of the child's case, as far as its reader may read it.
    const { body: exported } = await here.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(exported.records.competenceConflicts).toEqual([
      expect.objectContaining({
        id: conflict.id,
        state: 'taken-over',
        competent: '13',
        decidedBy: 'departmental',
        told: ['parquet-75'],
        account: 'Nobody here knows her.',
        content: expect.objectContaining({ account: CLAIM.account }),
      }),
    ]);
    await here.get(`/v1/cases/${caseId}/export?format=pdf`).expect(200);
    // Both go on reading what they have.
    await here.get(`/v1/cases/${caseId}/timeline`).expect(200);
    const { body: timeline } = await there.get(`/v1/cases/${file.caseId}/timeline`).expect(200);
    expect((timeline.items as { readonly kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'competence-claim-received',
        'competence-file-received',
        'competence-child-taken-over',
      ]),
    );
    for (const { logLines } of [both.paris, both.marseille])
      expect(logLines.join('\n')).not.toContain('Okafor');
  });

  it('is accepted at once: decided by agreement, on both sides', async () => {
    const conflict = await claimed(await both.refer());
    await answer(conflict.id, { answer: 'accepted' });
    expect(await conflictIn(here, conflict.id, 'decided')).toMatchObject({
      competent: '13',
      decidedBy: 'agreement',
    });
    await claimIn(there, conflict.id, 'decided');
  });

  it('goes to the next level only when the delay has passed, up to the national one', async () => {
    const conflict = await claimed(await both.refer());
    await answer(conflict.id, { answer: 'refused', ground: 'residence' });
    let { version } = await conflictIn(here, conflict.id, 'in-conflict');
    const levels: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      const { body } = await act(here, `${CONFLICTS}/${conflict.id}/escalate`, version).expect(202);
      levels.push(`${String(body.level)}: ${(body.told as string[]).join()}`);
      const early = await act(here, `${CONFLICTS}/${conflict.id}/escalate`, body.version).expect(409);
      expect(early.body.code).toBe('competence-not-due');
      await both.paris.database.owner.query(
        `UPDATE competence.conflict SET due_at = now() - interval '1 minute' WHERE id = $1`,
        [conflict.id],
      );
      version = body.version;
    }
    expect(levels).toEqual(['departmental: parquet-75', 'interdepartmental: parquet-75', 'national: miprof']);
    const last = await act(here, `${CONFLICTS}/${conflict.id}/escalate`, version).expect(409);
    expect(last.body.code).toBe('competence-last-level');
    const { body: list } = await here.get(`${CONFLICTS}?overdue=true`).expect(200);
    expect((list.items as Conflict[]).map(({ id }) => id)).toContain(conflict.id);
    const page = (await both.paris.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_competence_awaited_overdue\{.*peer="ase-13".*\} \d+$/m);
  });

  it('that is withdrawn ends on both sides, and the file goes nowhere', async () => {
    const conflict = await claimed(await both.refer());
    await claimIn(there, conflict.id, 'received');
    const { body } = await act(here, `${CONFLICTS}/${conflict.id}/withdraw`, conflict.version).expect(202);
    expect(body).toMatchObject({ state: 'withdrawn', departement: '75' });
    const ended = await claimIn(there, conflict.id, 'ended');
    await act(there, `${CLAIMS}/${ended.id}/answer`, ended.version, { answer: 'accepted' }).expect(409);
    const sent = await act(here, `${CONFLICTS}/${conflict.id}/hand-over`, body.version).expect(409);
    expect(sent.body.code).toBe('competence-not-decided');
  });

  it('obeys a judge who orders it, whatever the two say, and tells the other', async () => {
    const conflict = await claimed(await both.refer());
    await act(here, `${CONFLICTS}/${conflict.id}/obey-order`, conflict.version, { departement: '93' }).expect(
      422,
    );
    const ordered = act(here, `${CONFLICTS}/${conflict.id}/obey-order`, conflict.version, {
      departement: '13',
    });
    expect((await ordered.expect(202)).body).toMatchObject({ state: 'decided', departement: '13' });
    await claimIn(there, conflict.id, 'decided');
  });

  describe('of somebody who turns 18 (R17)', () => {
    const minor = {
      ...CLAIM,
      civilStatus: { declared: { birthDate: '2010-01-01' } },
      age: { ground: 'declared' },
    };

    it('has no object any more: it ends on both sides, and what each has stays readable', async () => {
      const caseId = await both.refer();
      const conflict = await claimed(caseId, minor);
      const { id } = await claimIn(there, conflict.id, 'received');
      await both.paris.database.owner.query(
        `UPDATE competence.conflict SET of_age_at = now() - interval '1 minute' WHERE id = $1`,
        [conflict.id],
      );
      await both.paris.app.get(ComingOfAgeSweep).sweep();
      await conflictIn(here, conflict.id, 'of-age');
      await claimIn(there, conflict.id, 'ended');
      await there.get(`${CLAIMS}/${id}`).expect(200);
      await here.get(`/v1/cases/${caseId}/timeline`).expect(200);
    });

    it('the file that was not sent before does not leave, which the desk says', async () => {
      const caseId = await both.refer();
      const conflict = await claimed(caseId, minor);
      await answer(conflict.id, { answer: 'accepted' });
      const { version } = await conflictIn(here, conflict.id, 'decided');
      await both.paris.database.owner.query(
        `UPDATE messaging.cases SET facts = facts || '{"birthDate": "2001-01-01"}', facts_version = facts_version + 1
          WHERE id = $1`,
        [caseId],
      );
      const { body } = await act(here, `${CONFLICTS}/${conflict.id}/hand-over`, version).expect(202);
      expect(body).toMatchObject({ allowed: false, denial: 'condition-not-met' });
      await eventually(async () =>
        expect(await onDesk(here, 'competence-stopped', 'overdue')).toContain(caseId),
      );
    });

    it('of an adult nothing is claimed', async () => {
      const adult = { ...minor, civilStatus: { declared: { birthDate: '2001-01-01' } } };
      const { body } = await claim(here, await both.refer(), adult).expect(422);
      expect(body.code).toBe('competence-of-adult');
    });
  });

  it('two claims for one child are linked on both sides, and undone; with whoever told of the child under its own name, too', async () => {
    const [ours, theirs] = [new LinkSide(here), new LinkSide(there)];
    const claimedBy = async (protection: object = {}) => {
      const caseId = await both.refer();
      const { body } = await here
        .post(CONFLICTS)
        .set('Idempotency-Key', randomUUID())
        .send({ caseId, content: CLAIM, ...protection })
        .expect(202);
      const found = await claimIn(there, body.id as string, 'received');
      return { conflict: body as Conflict, ours: caseId, theirs: found.caseId };
    };
    const [one, other] = [await claimedBy(), await claimedBy()];
    await theirs.propose(one.theirs, other.theirs, 'ase-75').expect(202);
    const asked = await ours.reaches(one.ours, 'to-answer');
    expect([...asked.cases].sort()).toEqual([one.ours, other.ours].sort());
    expect(await ours.waiting()).toContain(asked.id);
    // Once it is known here, too, that both claims have arrived.
    await eventually(async () =>
      expect((await ours.answer(asked, 'confirm')).body).toMatchObject({ state: 'linked' }),
    );
    expect((await theirs.reaches(other.theirs, 'linked')).cases).toHaveLength(2);
    await ours.answer(await ours.reaches(other.ours, 'linked'), 'undo').expect(202);
    await theirs.reaches(one.theirs, 'ended');
    // Both say so at once, in either order of the cases.
    await Promise.all([
      ours.propose(other.ours, one.ours, 'ase-13').expect(202),
      theirs.propose(one.theirs, other.theirs, 'ase-75').expect(202),
    ]);
    await ours.reaches(one.ours, 'linked', 2);
    await theirs.reaches(one.theirs, 'linked', 2);

    const hidden = await claimedBy({ protection: { identity: true, address: false } });
    await eventually(async () =>
      expect((await ours.propose(one.ours, hidden.ours, 'ase-13')).body.code).toBe('link-protected'),
    );
    const unclaimed = await both.refer();
    expect((await ours.propose(one.ours, unclaimed, 'ase-13')).body.code).toBe('link-not-exchanged');
    // The association referred both: it is told apart from the département, by its own references.
    await ours.propose(one.ours, unclaimed, 'asso-refuge').expect(202);
    await eventually(() =>
      expect(
        both.association.received.map(({ envelope }) => [envelope.type, envelope.convention]),
      ).toContainEqual([PERSON_LINKED, 'links@1']),
    );

    // A measure that becomes known with a later claim ends what was said before (R18), and is not lifted by saying nothing of it.
    const again = async (of: typeof one, protection?: object): Promise<Conflict> => {
      const { version } = await conflictIn(here, of.conflict.id, 'claimed');
      await act(here, `${CONFLICTS}/${of.conflict.id}/withdraw`, version).expect(202);
      const { body } = await here
        .post(CONFLICTS)
        .set('Idempotency-Key', randomUUID())
        .send({ caseId: of.ours, content: CLAIM, ...(protection && { protection }) })
        .expect(202);
      return body as Conflict;
    };
    const conflict = await again(one, { identity: true, address: false });
    expect(await ours.of(one.ours)).toMatchObject([
      { agency: 'asso-refuge', state: 'ended', mine: null },
      // What the other says stands here, to be refused; there this word is purged.
      { agency: 'ase-13', state: 'to-answer', mine: { says: 'not-same' }, theirs: { says: 'same' } },
    ]);
    await theirs.reaches(one.theirs, 'proposed', 2);
    await again({ ...one, conflict });
    expect((await ours.propose(one.ours, other.ours, 'ase-13')).body.code).toBe('link-protected');
  });

  it('is nobody else’s: another unit finds neither conflict nor claim, the own département claims nothing of itself', async () => {
    const caseId = await both.refer();
    const conflict = await claimed(caseId);
    const received = await claimIn(there, conflict.id, 'received');
    const stranger = { unit: 'other', roles: ['supervisor'] };
    await (await both.paris.as(stranger)).get(`${CONFLICTS}/${conflict.id}`).expect(404);
    await (await both.marseille.as(stranger)).get(`${CLAIMS}/${received.id}`).expect(404);
    const own = await claim(here, await both.refer(), { ...CLAIM, departement: '75' }).expect(422);
    expect(own.body.code).toBe('competence-own');
  });
});
