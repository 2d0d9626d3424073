import { AUDIT_RECORDED, NOTICE_ISSUED } from '@liaison/contracts';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';

const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const REASON = 'Sent twice under two ids, as its sender says.';

interface Item {
  readonly key: string;
  readonly direction: string;
  readonly reference: string | null;
  readonly at: string;
}

describe('dead letters over HTTP', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestPeer;
  let anne: Agent;
  let boris: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await startPeer(world, 'prefecture-75');
    anne = await prefecture.as({ unit: 'desk', roles: ['operator'], subject: 'anne' });
    boris = await prefecture.as({ unit: 'desk', roles: ['operator'], subject: 'boris' });
  });
  afterEach(() => prefecture.parkEverything());
  afterAll(() => world.stop());

  const items = async (agent: Agent, query = ''): Promise<Item[]> => {
    const { status, body } = await agent.get(`/v1/dead-letters${query}`);
    expect([status, body.code]).toEqual([200, undefined]);
    return body.items as Item[];
  };

  /** A notice that the préfecture parks. @returns its dead letter */
  async function park(reason = 'not-understood'): Promise<Item> {
    prefecture.parkEverything(reason);
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: FACTS,
    });
    return eventually(async () => {
      const found = (await items(anne)).find((item) => item.reference === reference);
      if (!found) throw new Error('not parked yet');
      return found;
    });
  }

  it('shows what is known of one without opening it, and nobody but operators', async () => {
    const { key, reference } = await park();
    const { body } = await anne.get(`/v1/dead-letters/${key}`).expect(200);
    expect(body).toEqual({
      key,
      direction: 'in',
      peer: 'police-75',
      id: key.split('/')[2],
      type: NOTICE_ISSUED,
      reference,
      epoch: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sequence: 1,
      reason: 'not-understood',
      at: expect.stringMatching(/Z$/),
      size: expect.any(Number),
      attempts: 1,
      proposedDiscard: null,
      state: 'parked',
      settled: null,
      settledAt: null,
      settledReason: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/Adeyemi|exploitation/);
    const desk = await prefecture.as({ unit: 'desk', roles: ['desk', 'supervisor', 'dpo'] });
    for (const path of ['', `/${key}`]) {
      const answer = await desk.get(`/v1/dead-letters${path}`).expect(403);
      expect(answer.body.code).toBe('role-missing');
    }
  });

  it('is redriven, and a second time tells the same', async () => {
    const { key, reference } = await park();
    const again = await anne.post(`/v1/dead-letters/${key}/redrive`).expect(200);
    expect(again.body).toMatchObject({ state: 'parked', reason: 'not-understood', already: false });
    prefecture.parkEverything();
    const { body } = await anne.post(`/v1/dead-letters/${key}/redrive`).expect(200);
    expect(body).toEqual({ key, state: 'applied', reason: null, already: false, released: 0, eventId: null });
    const repeated = await boris.post(`/v1/dead-letters/${key}/redrive`).expect(200);
    expect(repeated.body).toMatchObject({ state: 'applied', already: true });
    expect(prefecture.received.filter(({ envelope }) => envelope.subject === reference)).toHaveLength(1);
    const shown = await anne.get(`/v1/dead-letters/${key}`).expect(200);
    expect(shown.body).toMatchObject({ state: 'applied', settled: 'redriven', attempts: 3, size: null });
    expect((await items(anne)).map((item) => item.key)).not.toContain(key);
  });

  it('is discarded by two people with a reason each', async () => {
    const { key } = await park();
    const act = (agent: Agent, what: string, reason: unknown = REASON) =>
      agent.post(`/v1/dead-letters/${key}/${what}`).send({ reason });
    for (const reason of ['', 'short', 'x'.repeat(501), 'two\nlines of it', undefined, 7]) {
      const { body } = await act(anne, 'discard-proposal', reason ?? null).expect(400);
      expect(body.code).toBe('invalid-request');
    }
    expect((await act(boris, 'discard').expect(409)).body.code).toBe('discard-not-proposed');
    expect((await act(anne, 'discard-proposal').expect(200)).body.state).toBe('discard-proposed');
    const [proposed] = await items(boris, '?limit=1');
    expect(proposed).toMatchObject({ key, proposedDiscard: { reason: REASON } });
    expect((await act(anne, 'discard').expect(403)).body.code).toBe('discard-by-one-person');
    expect((await act(boris, 'discard').expect(200)).body).toMatchObject({
      state: 'dropped',
      already: false,
    });
    const { body } = await anne.get(`/v1/dead-letters/${key}`).expect(200);
    expect(body).toMatchObject({ settled: 'discarded', settledReason: REASON, size: null });
  });

  it('a proposal is taken back, by whoever finds it wrong: nobody can confirm it then', async () => {
    const { key } = await park();
    const proposal = `/v1/dead-letters/${key}/discard-proposal`;
    await anne.post(proposal).send({ reason: REASON }).expect(200);
    const withdrawn = await boris.delete(proposal).expect(200);
    expect(withdrawn.body).toMatchObject({ state: 'discard-withdrawn', already: false });
    expect((await anne.delete(proposal).expect(200)).body.already).toBe(true);
    const confirmed = await boris
      .post(`/v1/dead-letters/${key}/discard`)
      .send({ reason: REASON })
      .expect(409);
    expect(confirmed.body.code).toBe('discard-not-proposed');
    const { body } = await anne.get(`/v1/dead-letters/${key}`).expect(200);
    expect(body).toMatchObject({ state: 'parked', proposedDiscard: null });
    await boris.post(proposal).send({ reason: REASON }).expect(200);
    await anne.post(`/v1/dead-letters/${key}/discard`).send({ reason: REASON }).expect(200);
    expect((await anne.delete(proposal).expect(409)).body.code).toBe('dead-letter-settled');
    const records = await prefecture.database.owner.query<{ kind: string }[]>(
      `SELECT kind FROM messaging.audit_record WHERE record ->> 'eventId' = $1 ORDER BY at`,
      [key.split('/')[2]],
    );
    expect(records.map(({ kind }) => kind)).toEqual([
      'parked',
      'discard-proposed',
      'discard-withdrawn',
      'discard-proposed',
      'discarded',
    ]);
  });

  it('records every act with who did it, in the agency’s own trail', async () => {
    const { key } = await park();
    await anne.post(`/v1/dead-letters/${key}/redrive`).expect(200);
    await anne.post(`/v1/dead-letters/${key}/discard-proposal`).send({ reason: REASON }).expect(200);
    await boris.post(`/v1/dead-letters/${key}/discard`).send({ reason: REASON }).expect(200);
    const rows = await prefecture.database.owner.query<{ kind: string; agent: string | null }[]>(
      `SELECT kind, record ->> 'agent' AS agent FROM messaging.audit_record
        WHERE record ->> 'eventId' = $1 ORDER BY at`,
      [key.split('/')[2]],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['parked', 'redrive', 'discard-proposed', 'discarded']);
    const [nobody, first, second, other] = rows.map(({ agent }) => agent);
    expect(nobody).toBeNull();
    expect(first).toBe(second);
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(first);
    expect(prefecture.logLines.join('')).not.toMatch(/Adeyemi|Sent twice/);
  });

  it('is sent anew by its sender’s operator, who sees what the recipient parked', async () => {
    const { key } = await park();
    const sender = await police.as({ unit: 'brp', roles: ['operator'] });
    const id = key.split('/')[2] ?? '';
    const outgoing = `out/prefecture-75/${id}`;
    await eventually(async () => {
      const found = (await items(sender, '?direction=out')).find((item) => item.key === outgoing);
      expect(found).toMatchObject({ reason: 'parked-by-recipient' });
    });
    prefecture.parkEverything();
    const { body } = await sender.post(`/v1/dead-letters/${outgoing}/redrive`).expect(200);
    expect(body).toMatchObject({ state: 'replaced', already: false });
    await eventually(async () => {
      const shown = await anne.get(`/v1/dead-letters/${key}`).expect(200);
      expect(shown.body).toMatchObject({ settled: 'replaced', settledReason: body.eventId });
    });
    const repeated = await sender.post(`/v1/dead-letters/${outgoing}/redrive`).expect(200);
    expect(repeated.body).toMatchObject({ already: true, eventId: body.eventId });
    const refused = await sender.post(`/v1/dead-letters/${outgoing}/discard`).send({ reason: REASON });
    expect([refused.status, refused.body.code]).toEqual([409, 'dead-letter-outgoing']);
  });

  it('pages newest first without a repeat, by direction, sender, reason, type and age', async () => {
    for (const reason of ['first-reason', 'second-reason', 'third-reason']) await park(reason);
    const all = await items(anne);
    expect(all.map(({ at }) => at)).toEqual([...all.map(({ at }) => at)].sort().reverse());
    const paged: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await anne.get(`/v1/dead-letters?limit=2${cursor && `&cursor=${cursor}`}`).expect(200);
      paged.push(...(body.items as Item[]));
      cursor = body.next as string | null;
    }
    expect(paged).toEqual(all);
    expect(await items(anne, '?reason=second-reason')).toHaveLength(1);
    expect(await items(anne, '?peer=asso-refuge')).toEqual([]);
    expect(await items(anne, `?type=${AUDIT_RECORDED}`)).toEqual([]);
    expect(await items(anne, '?direction=out')).toEqual([]);
    expect(await items(anne, `?before=${all[0]?.at}`)).toEqual(all.slice(1));
    for (const query of [
      '?direction=up',
      '?reason=A B',
      '?before=yesterday',
      '?cursor=nothing',
      '?limit=0',
    ]) {
      await anne.get(`/v1/dead-letters${query}`).expect(400);
    }
  });

  it('answers 404 for what was never parked, 409 for what has no body left', async () => {
    for (const path of [`in/police-75/${randomUUID()}`, `out/prefecture-75/${randomUUID()}`]) {
      await anne.get(`/v1/dead-letters/${path}`).expect(404);
      await anne.post(`/v1/dead-letters/${path}/redrive`).expect(404);
    }
    const { body } = await anne.get('/v1/dead-letters/sideways/police-75/x').expect(400);
    expect(body.code).toBe('invalid-request');
    const { key } = await park();
    await prefecture.database.owner.query('UPDATE messaging.inbox SET body = NULL WHERE id = $1', [
      key.split('/')[2],
    ]);
    const destroyed = await anne.post(`/v1/dead-letters/${key}/redrive`).expect(409);
    expect(destroyed.body.code).toBe('dead-letter-destroyed');
  });

  it('lists what nobody could open, under its digest', async () => {
    await publishUnchecked(police, world.directory.findAgency('prefecture-75')!, [Buffer.from('noise')]);
    await publishUnchecked(police, world.directory.findAgency('prefecture-75')!, [
      anEnvelope('nobody-75', { type: NOTICE_ISSUED, recipient: 'prefecture-75', data: {} }),
    ]);
    const unverified = await eventually(async () => {
      const found = await items(anne, '?peer=unverified');
      expect(found).toHaveLength(2);
      return found;
    });
    for (const { key } of unverified) {
      const { body } = await anne.post(`/v1/dead-letters/${key}/redrive`).expect(200);
      expect(body).toMatchObject({ state: 'parked' });
    }
  });
});
