import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import {
  act,
  claim,
  claimIn,
  type Conflict,
  conflictIn,
  startTwoDepartements,
  type TwoDepartements,
} from './two-departements.test';

const CONFLICTS = '/v1/competence-conflicts';

/** R28: a conflict of competence holds up nothing. Whatever state it is in, everything that is done for the child works. */
describe('the care of a child, while two départements dispute who is competent', () => {
  let both: TwoDepartements;
  let here: Agent;
  let there: Agent;

  beforeAll(async () => {
    both = await startTwoDepartements();
    ({ here, there } = both);
  });
  afterAll(() => both.world.stop());

  const move = async (id: string, verb: string, body: object = {}): Promise<void> => {
    const { body: found } = await here.get(`${CONFLICTS}/${id}`).expect(200);
    await act(here, `${CONFLICTS}/${id}/${verb}`, (found as Conflict).version, body).expect(202);
  };
  const answer = async (id: string, body: object): Promise<void> => {
    const found = await claimIn(there, id, 'received');
    await act(there, `/v1/competence-claims/${found.id}/answer`, found.version, body).expect(202);
  };
  const refused = async (id: string): Promise<void> => {
    await answer(id, { answer: 'refused', ground: 'offence' });
    await conflictIn(here, id, 'in-conflict');
  };
  const accepted = async (id: string): Promise<void> => {
    await answer(id, { answer: 'accepted' });
    await conflictIn(here, id, 'decided');
  };

  const STATES: Readonly<Record<string, (id: string) => Promise<void>>> = {
    claimed: () => Promise.resolve(),
    refused,
    escalated: async (id) => {
      await refused(id);
      await move(id, 'escalate');
    },
    decided: accepted,
    'handed over': async (id) => {
      await accepted(id);
      await move(id, 'hand-over');
    },
    'taken over': async (id) => {
      await accepted(id);
      await move(id, 'hand-over');
      const file = await claimIn(there, id, 'file-received');
      await act(there, `/v1/competence-claims/${file.id}/take-over`, file.version).expect(202);
      await conflictIn(here, id, 'taken-over');
    },
    withdrawn: (id) => move(id, 'withdraw'),
  };

  const cared = async (agent: Agent, caseId: string): Promise<void> => {
    const post = (path: string, body: object) =>
      agent.post(path).set('Idempotency-Key', randomUUID()).send(body);
    const { body: shelter } = await post('/v1/provisional-shelters', { caseId }).expect(201);
    expect(shelter).toMatchObject({ extensions: 0, endedOn: null });
    const path = `/v1/provisional-shelters/${shelter.id}`;
    await act(agent, `${path}/extend`, 1).expect(200);
    await act(agent, `${path}/extend`, 2).expect(200);
    expect((await act(agent, `${path}/extend`, 3).expect(409)).body.code).toBe('shelter-extended-twice');
    await act(agent, `${path}/end`, 3, { reason: 'placed' }).expect(200);
    await act(agent, `/v1/cases/${caseId}/assignment/take`, 0).expect(200);
    await post(`/v1/cases/${caseId}/notes`, { text: 'Sees a doctor tomorrow.' }).expect(201);
    await agent.get(`/v1/cases/${caseId}/timeline`).expect(200);
    await agent.get(`/v1/cases/${caseId}/attachments`).expect(200);
    await agent.get(`/v1/cases/${caseId}/export?format=json`).expect(200);
  };

  it.each(Object.keys(STATES))('%s: sheltered, followed, read, on either side', async (state) => {
    const caseId = await both.refer();
    const { body: conflict } = await claim(here, caseId).expect(202);
    await STATES[state]?.(conflict.id as string);
    await cared(here, caseId);
    const { body: page } = await here.get('/v1/received-referrals?limit=200').expect(200);
    const referral = (page.items as (Conflict & { readonly caseId: string })[]).find(
      (each) => each.caseId === caseId,
    );
    await act(here, `/v1/received-referrals/${referral?.id}/acknowledge`, referral?.version ?? 0).expect(202);
    const { body: claims } = await there.get('/v1/competence-claims?limit=200').expect(200);
    const other = (claims.items as { readonly conflict: string; readonly caseId: string }[]).find(
      (each) => each.conflict === conflict.id,
    );
    if (other) await cared(there, other.caseId);
    else expect(['claimed', 'withdrawn']).toContain(state);
  });
});
