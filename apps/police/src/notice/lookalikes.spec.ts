import { type AgencyWorld, aNotice, startAgencyWorld, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { POLICE } from '../service';
import { expectProblem, Notices } from './notices.test';

const named = (familyName: string, givenName: string, more: object = {}) =>
  aNotice({ civilStatus: { declared: { familyName, givenNames: [givenName], ...more } } });

describe('whether the unit already has the person', () => {
  let world: AgencyWorld;
  let police: TestService;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  const write = async (content: object, by = notices) =>
    (await by.officer.post('/v1/notices').send({ content })).body;

  it('is said with the draft, the edit and the issue, and refuses nothing', async () => {
    const first = await write(named('Özdemir', 'Élif', { birthDate: '1998-02-03' }));
    expect(first.warnings).toEqual([]);
    const warning = {
      notice: first.id,
      state: 'draft',
      createdAt: expect.any(String),
      reasons: ['names-swapped', 'same-birth-year'],
    };
    const swapped = named('ELIF', 'Ozdemir', { birthDate: '1998' });
    const second = await write(swapped);
    expect(second).toMatchObject({ state: 'draft', warnings: [warning] });

    const path = `/v1/notices/${second.id}`;
    const edited = await notices.officer
      .put(path)
      .set('If-Match', '"1"')
      .send({ content: named('Okoro', 'Joy') });
    expect(edited.body.warnings).toEqual([]);
    const back = await notices.officer.put(path).set('If-Match', '"2"').send({ content: swapped });
    expect(back.body.warnings).toEqual([warning]);

    const key = randomUUID();
    const issued = await notices.issue(second.id, '"3"', {}, key);
    expect([issued.status, issued.body.warnings]).toEqual([202, [warning]]);
    expect((await notices.issue(second.id, '"3"', {}, key)).body).toEqual(issued.body);

    const third = await notices.issueNow({ content: named('Özdemir', 'Elif') });
    expect(third.status).toBe(202);
    expect(third.body.warnings).toEqual([
      { ...warning, notice: second.id, state: 'issued', reasons: ['names-swapped'] },
      { ...warning, reasons: ['same-name'] },
    ]);
  });

  it('is said of the own unit only', async () => {
    await write(named('Ngô', 'Thị Mai'));
    const elsewhere = await Notices.of(police, 'bpm');
    expect((await write(named('Ngô', 'Thị Mai'), elsewhere)).warnings).toEqual([]);
  });

  it('forgets a draft that was given up, and knows the name that was established later', async () => {
    const draft = await write(named('Kovač', 'Ana'));
    await notices.officer.delete(`/v1/notices/${draft.id}`).set('If-Match', '"1"').expect(204);
    expect((await write(named('Kovač', 'Ana'))).warnings).toEqual([]);

    const issued = await notices.issueNow({ content: named('Doe', 'Mary') });
    const established = { ...named('Doe', 'Mary') };
    established.civilStatus = { ...established.civilStatus, real: { nativeName: '陈美玲' } };
    await notices.officer
      .post(`/v1/notices/${issued.body.id}/amend`)
      .set('If-Match', '"2"')
      .set('Idempotency-Key', randomUUID())
      .send({ content: established, reason: 'identity-established' })
      .expect(202);
    expect((await write(named('Chen', 'Meiling'))).warnings).toMatchObject([
      { notice: issued.body.id, reasons: ['same-name'] },
    ]);
  });

  it('records each warning as a reading of who the other notice is about, and of no more', async () => {
    const first = await write(named('Traoré', 'Aïcha'));
    const reads = () =>
      police.database.owner.query<{ record: { fields: { path: string }[] } }[]>(
        `SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1`,
        [first.id],
      );
    expect(await reads()).toEqual([]);
    await write(named('Traore', 'Aicha'));
    expect(await reads()).toHaveLength(1);
    expect(police.logLines.join('\n')).not.toMatch(/Traor|Aicha/i);
  });
});

describe('who authors notices (R06)', () => {
  let world: AgencyWorld;
  beforeAll(async () => {
    world = await startAgencyWorld();
  });
  afterAll(() => world.stop());

  it('is no other kind of agency: the service does not start for it', async () => {
    await expect(world.start({ ...POLICE, agencyId: 'prefecture-75' })).rejects.toMatchObject({
      code: 'agency-kind-wrong',
      message: expect.stringMatching(/prefecture-75 .* police\. Correct AGENCY_ID/),
    });
  });

  it('is refused to another kind even where the routes are served', async () => {
    const { kinds: _, ...anyKind } = POLICE;
    const other = await Notices.of(await world.start({ ...anyKind, agencyId: 'prefecture-75' }), 'desk');
    expectProblem(await other.officer.post('/v1/notices').send({ content: aNotice() }), 403, 'not-an-author');
    expectProblem(await other.issueNow({}), 403, 'not-an-author');
    expectProblem(await other.issue(randomUUID(), '"1"'), 403, 'not-an-author');
    for (const change of ['amend', 'withdraw', 'recall', 'move']) {
      const body = {
        amend: { content: aNotice(), reason: 'correction' },
        withdraw: { reason: 'not-a-victim' },
        recall: { reason: 'wrong-recipient' },
        move: { departement: '13' },
      }[change];
      const response = await other.officer
        .post(`/v1/notices/${randomUUID()}/${change}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', '"2"')
        .send(body);
      expectProblem(response, 403, 'not-an-author');
    }
    expect(await other.count('police.notice')).toBe(0);
  });
});
