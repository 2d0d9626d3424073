import { aNotice, changedConvention } from '@liaison/testing';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { type DeskWorld, startDeskWorld } from '../desk-world.test';

/** The desk reads the declared identity, a caseworker not its birth date. */
const conventionsDir = changedConvention('police-prefecture', (text) =>
  text.replace(
    '      fields:\n',
    '      fields:\n        civilStatus.declared.birthDate: { treatment: release, readers: [desk, supervisor] }\n',
  ),
);

describe('questions over the notices of a unit', () => {
  let desk: DeskWorld;
  let first: string;

  beforeAll(async () => {
    desk = await startDeskWorld({ conventionsDir });
    const { civilStatus } = aNotice();
    first = (await desk.receive()).caseId;
    await desk.receive(
      aNotice({
        civilStatus: { ...civilStatus, declared: { familyName: 'Okoro', birthDate: '1999-01-30' } },
      }),
    );
    await desk.receive(aNotice({ exploitation: { forms: ['procuring', 'slavery'] } }));
  });
  afterAll(async () => {
    await desk.world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const matching = (as: Agent, field: string, value: string) =>
    as.get('/v1/notices/matching').query({ field, value });
  const counts = (as: Agent, field: string) => as.get('/v1/notices/counts').query({ field });

  it('filter and count by what the reader may read', async () => {
    const { body } = await matching(desk.desk, 'civilStatus.declared.birthDate', '2001-06-14').expect(200);
    expect((body.items as { caseId: string }[]).map(({ caseId }) => caseId)).toContain(first);
    expect(body.items).toHaveLength(2);
    const { body: counted } = await counts(desk.caseworker, 'exploitation.forms').expect(200);
    expect(counted.items).toEqual([
      { value: 'procuring', cases: 3 },
      { value: 'slavery', cases: 1 },
    ]);
  });

  it.each([
    ['hidden from the role by the convention', 'civilStatus.declared.birthDate', '2001-06-14'],
    ['for others of the unit', 'assessment.realityOfFacts', 'x'],
    ['that never came', 'vulnerability.health', 'Needs rest.'],
    ['that is shown less exactly', 'exploitation.from', '2025-04'],
    ['that there is not', 'civilStatus.declared.shoeSize', '41'],
  ])('are refused on a field %s, with the same words', async (_, field, value) => {
    for (const answer of [
      await matching(desk.caseworker, field, value),
      await counts(desk.caseworker, field),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'field-not-queryable']);
      expect(answer.text).not.toContain('2001');
    }
  });

  it('take no path but that of a field', async () => {
    await counts(desk.desk, '$.civilStatus').expect(400);
    await counts(desk.desk, 'civilStatus"."declared').expect(400);
  });

  it('are recorded, with the field and without the value', async () => {
    await matching(desk.desk, 'civilStatus.declared.familyName', 'Okoro').expect(200);
    const records = await desk.prefecture.database.owner.query<{ record: object }[]>(
      `SELECT record FROM messaging.audit_record WHERE kind = 'search'`,
    );
    const text = JSON.stringify(records);
    expect(text).toContain('civilStatus.declared.familyName');
    expect(text).not.toContain('Okoro');
  });
});
