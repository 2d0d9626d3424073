import { eventually, feedCaughtUp, seenFromOutside } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Test } from 'supertest';
import { LapseSweep } from '../beds/lapse.sweep';
import { ADDRESS, DAY, HOUSE, type Item, type Network, startNetwork } from './network.test';

/** Five people who have one of the emergency places already. */
const FILL = `
WITH asked AS (
  INSERT INTO orientation.request
    (id, case_id, unit, sender, sender_kind, from_partner, reference, event_id, received_at, purpose, convention, content, withheld,
     consents, state, version)
  SELECT gen_random_uuid(), gen_random_uuid(), 'orientation', 's', 'police', false, gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1',
         '{}', '[]', '[]', 'supported', 1
    FROM generate_series(1, $1)
  RETURNING id
)
INSERT INTO orientation.proposal
  (id, request_id, unit, place_id, shelter, reference, purpose, made_at, answer_by, state)
SELECT gen_random_uuid(), id, 'orientation', gen_random_uuid(), 'elsewhere', gen_random_uuid(), 'sheltering', now(), now(), 'accepted'
  FROM asked RETURNING id`;

/** Who is asked an emergency place for, or has one, by their request. */
const LIVE = `
SELECT count(*)::int AS live FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
 WHERE p.purpose = 'sheltering' AND p.state IN ('proposed', 'place-accepted', 'accepted') AND r.state <> 'closed'`;

describe('a place for an adult that the coordination asks a shelter for', () => {
  let network: Network;

  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.stop());

  it('R30: is held at once, for needs and an age band; accepted, the coordination learns that there is a bed and not where', async () => {
    const { own, known } = await network.declare();
    const request = await network.evaluated();
    await network.change(request, 'proposals', { place: known });
    const item = await network.proposal(own, 'held');
    await network.freeAt(known, 0);
    expect(await network.desk('adult-proposal')).toContain(item.id);
    const { body } = await network.house.get(`/v1/adult-proposals/${item.id}`).expect(200);
    expect(body).toMatchObject({
      content: { needs: { ageBand: '21-24', sex: 'female', needs: ['women-only'], children: 0 } },
      person: null,
      provenance: { agency: 'ac-se', convention: 'orientation@1' },
    });
    expect(Object.keys(body.content).sort()).toEqual(['answerBy', 'needs', 'place']);
    const readings = await network.shelter.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [body.reference],
    );
    expect(readings).toHaveLength(1);
    await network.answer(network.post(network.house, `/v1/adult-proposals/${item.id}/accept`, {}, 9), 412);
    const key = randomUUID();
    const accept = () =>
      network.house
        .post(`/v1/adult-proposals/${item.id}/accept`)
        .set('Idempotency-Key', key)
        .set('If-Match', '"1"');
    const first = await network.answer(accept(), 202);
    expect(first).toMatchObject({ state: 'accepted', version: 2, allowed: true, denial: null });
    expect(await network.answer(accept(), 202)).toEqual(first);
    await eventually(async () => {
      expect((await network.orientation(request)).proposals).toEqual([
        expect.objectContaining({ state: 'place-accepted' }),
      ]);
    });
    expect((await network.act(item.id, 'accept', {}, 409)).code).toBe('offer-answered');
    const kept = await network.coordination.database.owner.query<unknown[]>(
      'SELECT * FROM orientation.place',
    );
    expect(JSON.stringify(kept)).not.toMatch(/Aubépines|Rennes|Maison claire/);
    for (const { logLines } of [network.shelter, network.coordination]) {
      expect(logLines.join('\n')).not.toMatch(/Aubépines|Maison claire/);
    }
    const { body: timeline } = await network.house.get(`/v1/cases/${item.caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['adult-proposal-received', 'adult-proposal-accepted']),
    );
    await feedCaughtUp(network.shelter.database);
    const { body: changes } = await network.house.get('/v1/changes?limit=200').expect(200);
    const kinds = (changes.items as { resource: string; id: string; kind: string }[])
      .filter(({ resource, id }) => resource === 'adult-proposal' && id === item.id)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['held', 'accepted']);
  });

  it('and that there is such a place or proposal at all is seen by no other unit', async () => {
    const { own, known } = await network.declare();
    await network.change(await network.evaluated(), 'proposals', { place: known });
    const { id: held } = await network.proposal(own, 'held');
    const asks: readonly (readonly [string, (id: string) => Test])[] = [
      [own, (id) => network.street.get(`/v1/adult-places/${id}`)],
      [own, (id) => network.post(network.street, `/v1/adult-places/${id}/close`)],
      [held, (id) => network.street.get(`/v1/adult-proposals/${id}`)],
      [held, (id) => network.post(network.street, `/v1/adult-proposals/${id}/accept`)],
      [
        held,
        (id) => network.post(network.street, `/v1/adult-proposals/${id}/decline`, { reason: 'no-staff' }),
      ],
      [held, (id) => network.post(network.street, `/v1/adult-proposals/${id}/admit`, { on: DAY })],
    ];
    for (const [hidden, each] of asks) {
      const seen = await seenFromOutside(network.shelter, hidden, each);
      expect(seen.status).toBe(404);
      expect(seen).toEqual(await seenFromOutside(network.shelter, randomUUID(), each));
    }
    for (const path of ['/v1/adult-places', '/v1/adult-proposals', '/v1/desk', '/v1/changes']) {
      const { body } = await network.street.get(path).expect(200);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${own}|${held}|Aubépines`));
    }
  });

  it.each([
    ['in the network', {}],
    ['among the emergency places of Paris (measure 8)', { emergency: true, departement: '75' }],
  ])(
    '%s, of which one bed is left, goes to one of two; the other is told at once that there is none',
    async (_, more) => {
      const { own, known } = await network.declare(more);
      const [one, other] = [await network.evaluated(), await network.evaluated()];
      // Both are on their way before the shelter looks at either.
      await network.shelter.database.owner.transaction(async (manager) => {
        await manager.query('SELECT FROM shelter.adult_place WHERE id = $1 FOR UPDATE', [own]);
        await Promise.all([one, other].map((id) => network.change(id, 'proposals', { place: known })));
      });
      await eventually(async () => {
        const states = [await network.orientation(one), await network.orientation(other)].map(
          ({ proposals: made }) => `${made[0]?.state} ${made[0]?.declined}`,
        );
        expect(states.sort()).toEqual(['declined full', 'proposed null']);
      });
      const rows = await network.shelter.database.owner.query<{ state: string; content: object }[]>(
        'SELECT state, content FROM shelter.adult_proposal WHERE place_id = $1 ORDER BY state',
        [own],
      );
      expect(rows.map(({ state }) => state)).toEqual(['held', 'refused']);
      // Of somebody who got no bed nothing stays.
      expect(rows[1]?.content).toEqual({});
      const refused = (await network.proposals('&state=refused'))[0];
      const { body } = await network.house.get(`/v1/adult-proposals/${refused?.id}`).expect(410);
      expect(body.code).toBe('offer-over');
    },
  );

  it('R25: as an emergency, in the département of exploitation, under the convention of measure 8: for who cooperates, to who signed, five in all', async () => {
    const emergency = { emergency: true, departement: '75' };
    for (const [wrong, code] of [
      [{ departement: '92' }, 'emergency-place-elsewhere'],
      [{ capacity: 6 }, 'emergency-places-too-many'],
    ] as const) {
      const body = { ...HOUSE, ...emergency, ...wrong };
      expect((await network.answer(network.post(network.house, '/v1/adult-places', body), 422)).code).toBe(
        code,
      );
    }
    const { own, known } = await network.declare(emergency);
    const place = { place: known };
    const silent = await network.evaluated({ procedureOpen: false });
    expect((await network.change(silent, 'proposals', place, 422)).code).toBe('emergency-place-refused');
    const unsigned = { place: await network.declareElsewhere(emergency) };
    const request = await network.evaluated();
    expect((await network.change(request, 'proposals', unsigned, 409)).code).toBe('proposal-not-allowed');
    await network.coordination.database.owner.query(FILL, [5]);
    expect((await network.change(request, 'proposals', place, 409)).code).toBe('emergency-places-full');
    await network.coordination.database.owner.query(
      `DELETE FROM orientation.proposal WHERE shelter = 'elsewhere'`,
    );
    await network.change(request, 'proposals', place);
    const { id } = await network.proposal(own, 'held');
    const { body } = await network.house.get(`/v1/adult-proposals/${id}`).expect(200);
    expect(body).toMatchObject({
      content: { needs: { ageBand: '21-24' } },
      provenance: { convention: 'paris-emergency-places@2' },
    });
    await network.act(id, 'accept');
    const live = await eventually(async () => {
      const [made] = (await network.orientation(request)).proposals;
      expect(made?.state).toBe('place-accepted');
      return made?.id ?? '';
    });
    // Also what is taken back goes to where it was asked.
    await network.change(request, `proposals/${live}/person-declines`);
    await network.proposal(own, 'withdrawn');
  });

  it('declined with its reason, withdrawn or not answered in time, its bed is free again', async () => {
    const { own, known } = await network.declare();
    const request = await network.evaluated();
    const propose = async (): Promise<Item> => {
      await network.freeAt(known, 1);
      await network.change(request, 'proposals', { place: known });
      return network.proposal(own, 'held');
    };
    const said = (last: object) =>
      eventually(async () =>
        expect((await network.orientation(request)).proposals.at(-1)).toMatchObject(last),
      );
    const declined = await propose();
    expect((await network.act(declined.id, 'decline', { reason: 'full' }, 400)).code).toBe('invalid-request');
    await network.act(declined.id, 'decline', { reason: 'no-staff' });
    await said({ state: 'declined', declined: 'no-staff' });
    const withdrawn = await propose();
    await network.change(
      request,
      `proposals/${(await network.orientation(request)).proposals.at(-1)?.id}/person-declines`,
    );
    await network.proposal(own, 'withdrawn');
    expect((await network.act(withdrawn.id, 'accept', {}, 409)).code).toBe('offer-answered');
    const late = await propose();
    // From here on it looks when it is told to, and not between a reading of the version and what is sent with it.
    const lapses = network.shelter.app.get(LapseSweep);
    await lapses.beforeApplicationShutdown();
    await network.shelter.database.owner.query(
      `UPDATE shelter.adult_proposal SET answer_by = now() - interval '1 minute' WHERE id = $1`,
      [late.id],
    );
    expect((await network.act(late.id, 'accept', {}, 409)).code).toBe('hold-lapsed');
    await lapses.sweep();
    await said({ state: 'declined', declined: 'no-answer' });
    await network.freeAt(known, 1);
    const rows = await network.shelter.database.owner.query<{ content: object }[]>(
      'SELECT content FROM shelter.adult_proposal WHERE place_id = $1',
      [own],
    );
    expect(rows.map(({ content }) => content)).toEqual([{}, {}, {}]);
  });

  it('R30: who comes is named once both have said yes, and found by it; that they leave frees the bed', async () => {
    const { own, known } = await network.declare();
    const { id } = await network.named(own, known);
    expect(await network.desk('adult-expected')).toContain(id);
    const { body: found } = await network.house.get('/v1/search?q=ehigiator').expect(200);
    expect(found.items).toMatchObject([{ person: { declared: { familyName: 'Ehigiator' } } }]);
    const elsewhere = (await network.street.get('/v1/search?q=ehigiator').expect(200)).body;
    expect(elsewhere.items).toEqual([]);
    expect((await network.act(id, 'admit', { on: '2099-01-01' }, 422)).code).toBe('day-in-the-future');
    expect((await network.act(id, 'leave', { on: DAY }, 409)).code).toBe('nobody-admitted');
    await network.act(id, 'admit', { on: DAY }, 200);
    expect(await network.desk('adult-expected')).not.toContain(id);
    expect((await network.act(id, 'decline', { reason: 'closing' }, 409)).code).toBe('offer-answered');
    await network.freeAt(known, 0);
    expect((await network.act(id, 'leave', { on: '2026-01-11' }, 422)).code).toBe('day-before-admission');
    await network.act(id, 'leave', { on: DAY }, 200);
    await network.freeAt(known, 1);
    const { body: view } = await network.house.get(`/v1/adult-proposals/${id}`).expect(200);
    const extract = `/v1/cases/${view.caseId}/export`;
    const { body: whole } = await network.house.get(extract).expect(200);
    expect(whole.records.adultProposals).toMatchObject([
      { id, state: 'left', admittedOn: DAY, leftOn: DAY, answeredAt: expect.any(String) },
    ]);
    expect(JSON.stringify(whole)).toContain('Ehigiator');
    for (const secret of [ADDRESS.line, HOUSE.label]) expect(JSON.stringify(whole)).not.toContain(secret);
    await network.house.get(`${extract}?format=pdf`).expect(200);
    await network.street.get(extract).expect(404);
    expect(network.shelter.logLines.join('\n')).not.toContain('Ehigiator');
    expect(await network.tablesWithTheName()).toEqual(['desk.search_term', 'shelter.named_person']);
  });

  it('R11: a consent that is taken back before the person is there frees the bed, and nothing of them stays', async () => {
    const { own, known } = await network.declare();
    const { request, id } = await network.named(own, known);
    await network.change(request, 'withdraw-consent', { scope: 'orientation' });
    await network.proposal(own, 'withdrawn');
    await network.freeAt(known, 1);
    expect((await network.house.get(`/v1/adult-proposals/${id}`).expect(410)).body.code).toBe('offer-over');
    const [row] = await network.shelter.database.owner.query<
      { content: object; reason: string; caseId: string }[]
    >(
      `SELECT content, purge_reason AS reason, case_id AS "caseId" FROM shelter.adult_proposal WHERE id = $1`,
      [id],
    );
    expect(row).toMatchObject({ content: {}, reason: 'revoked' });
    for (const [table, column, of] of [
      ['shelter.named_person', 'proposal_id', id],
      ['desk.search_term', 'case_id', row?.caseId],
    ]) {
      const left = await network.shelter.database.owner.query<unknown[]>(
        `SELECT FROM ${table} WHERE ${column} = $1`,
        [of],
      );
      expect(left).toEqual([]);
    }
  });

  it('R11: nobody is put out because they take it back once they are there: what was told goes, the bed stays theirs', async () => {
    const { own, known } = await network.declare();
    const { request, id } = await network.named(own, known);
    await network.act(id, 'admit', { on: DAY }, 200);
    await network.change(request, 'admit', { on: DAY });
    await network.change(request, 'withdraw-consent', { scope: 'orientation' });
    await eventually(async () => {
      expect((await network.house.get(`/v1/adult-proposals/${id}`).expect(410)).body.code).toBe('offer-over');
    });
    await network.proposal(own, 'admitted');
    await network.freeAt(known, 0);
    const rows = await network.shelter.database.owner.query<{ content: object }[]>(
      'SELECT content FROM shelter.named_person WHERE proposal_id = $1',
      [id],
    );
    expect(rows).toEqual([{ content: {} }]);
    await network.act(id, 'leave', { on: DAY }, 200);
    await network.freeAt(known, 1);
  });

  it('a place changes whole and closes; what is no such place is refused', async () => {
    const { own, known } = await network.declare();
    const put = (body: object, version: number) =>
      network.house
        .put(`/v1/adult-places/${own}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send(body);
    await network.answer(put({ ...HOUSE, capacity: 3 }, 1), 200);
    await network.freeAt(known, 3);
    for (const wrong of [{ capacity: -1 }, { departement: '99' }, { sexes: ['none'] }, { emergency: 'no' }]) {
      expect((await network.answer(put({ ...HOUSE, ...wrong }, 2), 400)).code).toBe('invalid-request');
    }
    await network.answer(network.post(network.house, `/v1/adult-places/${own}/close`, {}, 2), 200);
    await eventually(async () =>
      expect((await network.networkPlaces()).map(({ id }) => id)).not.toContain(known),
    );
    expect((await network.answer(put(HOUSE, 3), 409)).code).toBe('place-closed');
    const { body } = await network.house.get(`/v1/adult-places/${own}`).expect(200);
    expect(body).toMatchObject({ open: false, free: 0, address: ADDRESS });
  });

  it('R25: an emergency place is somebody’s for as long as they live there, whatever becomes of their request', async () => {
    const emergency = { emergency: true, departement: '75' };
    const { own, known } = await network.declare(emergency);
    const other = { place: (await network.declare(emergency)).known };
    const { request, id } = await network.named(own, known);
    await network.act(id, 'admit', { on: DAY }, 200);
    await network.change(request, 'admit', { on: DAY });
    await network.freeAt(known, 0);
    await network.change(request, 'close', { outcome: 'other-scheme' });
    const [asked] = await network.coordination.database.owner.query<{ live: number }[]>(LIVE);
    await network.coordination.database.owner.query(FILL, [4 - (asked?.live ?? 0)]);
    const next = await network.evaluated();
    expect((await network.change(next, 'proposals', other, 409)).code).toBe('emergency-places-full');
    await network.act(id, 'leave', { on: DAY }, 200);
    await network.freeAt(known, 1);
    await network.change(next, 'proposals', other);
    // The second place is asked for: the five are taken again, before its shelter has said a word.
    const last = await network.evaluated();
    expect((await network.change(last, 'proposals', { place: known }, 409)).code).toBe(
      'emergency-places-full',
    );
    await network.coordination.database.owner.query(
      `DELETE FROM orientation.proposal WHERE shelter = 'elsewhere'`,
    );
  });
});
