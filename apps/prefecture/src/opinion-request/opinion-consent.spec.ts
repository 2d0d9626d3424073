import { OPINION_REQUESTED, SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
import { changedConvention, eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type DeskWorld, startDeskWorld } from '../desk-world.test';

const SAID = { to: 'police', purpose: 'residence-of-victims' };
const AGREED = { ...SAID, value: 'given', form: 'written', language: 'en', explainedAs: 'interpreter' };

describe('an opinion under a convention that asks for consent', () => {
  let folder: string;
  let desks: DeskWorld;
  beforeAll(async () => {
    folder = changedConvention('opinion', (text) =>
      text
        .replace('relation: [asked-for-opinion]', '$&\n    when: { consent: [given] }')
        .replace(
          'consent: stop, protection: stop, relation: purge',
          'consent: purge, protection: stop, relation: purge',
        ),
    );
    desks = await startDeskWorld({ conventionsDir: folder });
  });
  afterAll(async () => {
    await desks.world.stop();
    rmSync(folder, { recursive: true });
  });

  it('is asked on what was said at the case of its notice, and goes when the person no longer agrees', async () => {
    const { desk, police, prefecture, receive, today } = desks;
    const { id: subjectId, caseId } = await receive();
    const post = (path: string, body: object) =>
      desk.post(path).set('Idempotency-Key', randomUUID()).send(body);
    const ask = (unit: string) =>
      post('/v1/opinion-requests', {
        ...{ subject: 'notice', subjectId, agency: 'police-75', unit, dueOn: today },
        question: 'Do you know of it?',
      });
    const asked = (unit: string) =>
      police.received.filter(
        ({ envelope }) => envelope.type === OPINION_REQUESTED && envelope.recipientunit === unit,
      );
    const { body: unasked } = await ask('bpm').expect(202);
    expect(unasked).toMatchObject({ allowed: false, denial: 'condition-not-met' });
    // Decided again as it leaves: refused for good before anything else is said.
    await eventually(async () => {
      const { body: request } = await desk.get(`/v1/opinion-requests/${unasked.id}`).expect(200);
      expect(request.delivery).toMatchObject({ state: 'refused' });
    });

    await post(`/v1/cases/${caseId}/consents`, AGREED).expect(201);
    const { body } = await ask('brp').expect(202);
    expect(body).toMatchObject({ allowed: true, denial: null });
    const arrived = await eventually(() => {
      const [found] = asked('brp');
      if (!found) throw new Error('it has not arrived');
      return found;
    });

    await post(`/v1/cases/${caseId}/consents`, { ...SAID, value: 'withdrawn' }).expect(201);
    const revoked = await eventually(() => {
      const found = police.received.find(({ envelope }) => envelope.type === SHARE_REVOKED);
      if (!found) throw new Error('nothing was revoked yet');
      return found;
    });
    expect(revoked.envelope.subject).toBe(arrived.envelope.subject);
    expect(revoked.data as ShareRevokedV1).toMatchObject({
      ...{ effect: 'purge', events: [arrived.envelope.id] },
    });
    expect(asked('bpm')).toEqual([]);
    const stored = await prefecture.database.owner.query<{ consents: object[] }[]>(
      `SELECT facts -> 'consents' AS consents FROM messaging.cases
        WHERE id IN (SELECT delivery_id FROM casework.about_case WHERE case_id = $1)`,
      [caseId],
    );
    expect(stored).toEqual([1, 2].map(() => ({ consents: [{ ...SAID, value: 'withdrawn' }] })));
  });
});
