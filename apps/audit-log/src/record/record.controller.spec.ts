import { NOTICE_ISSUED, type NoticeIssuedV2 } from '@liaison/contracts';
import {
  aNotice,
  type AgencyWorld,
  currentConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type request from 'supertest';
import { AUDIT_LOG } from '../service';

type Agent = request.Agent;
interface Item {
  readonly id: string;
  readonly kind: string;
  readonly agency: string;
  readonly reference: string | null;
  readonly commitment: string;
  readonly disclosureCommitment: string | null;
  readonly commitmentHolds: boolean;
  readonly at: string;
}

const PLANTED = /MARKED|Adeyemi|Princess|Benin|station|Ventimiglia/;

/** Every text and every list of texts of a notice, marked. */
function marked(): NoticeIssuedV2 {
  return aNotice({
    civilStatus: {
      declared: { familyName: 'MARKED-family', givenNames: ['MARKED-given'], birthPlace: 'MARKED-place' },
    },
    assessment: { realityOfFacts: 'MARKED-assessment' },
  });
}

describe('the operators’ view of the log', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let log: TestService;
  let operator: Agent;
  let reference: string;
  let refused: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    await startPeer(world, 'prefecture-75');
    log = await world.start({ agencyId: 'audit-log', ...AUDIT_LOG });
    operator = await log.as({ unit: 'operations', roles: ['operator'] });
    const facts = { departement: '75', protectedIdentity: false, protectedAddress: false };
    reference = await police.send('prefecture-75', { type: NOTICE_ISSUED, document: marked(), facts });
    refused = await police.send('asso-refuge', { type: NOTICE_ISSUED, document: marked(), facts });
    await eventually(async () => {
      const kinds = (await appended()).map(({ kind }) => kind);
      expect(kinds).toEqual(expect.arrayContaining(['disclosure', 'receipt', 'refusal']));
    });
  });
  afterAll(() => world.stop());

  /** What is there, without a search that would add to it. */
  const appended = () =>
    log.database.owner.query<{ record_id: string; kind: string; reference: string | null }[]>(
      'SELECT record_id, kind, reference FROM audit_log.record ORDER BY position',
    );
  const search = async (query: object): Promise<Item[]> =>
    (
      await operator
        .get('/v1/records')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as Item[];
  const summary = ({ agency, kind }: Item) => `${agency} ${kind}`;

  it('finds records by each filter, and by several at once', async () => {
    const ofCase = await search({ reference });
    expect(
      ofCase
        .filter(({ kind }) => kind !== 'search')
        .map(summary)
        .sort(),
    ).toEqual(['police-75 disclosure', 'prefecture-75 receipt']);
    expect((await search({ agency: 'police-75', kind: 'refusal' })).map((item) => item.reference)).toEqual([
      refused,
    ]);
    expect((await search({ counterpart: 'prefecture-75', kind: 'disclosure' })).map(summary)).toEqual([
      'police-75 disclosure',
    ]);
    expect(
      (await search({ convention: currentConvention('police-prefecture'), kind: 'receipt' })).map(summary),
    ).toEqual(['prefecture-75 receipt']);
    expect(await search({ agency: 'prefecture-13' })).toEqual([]);
    expect(await search({ reference: randomUUID() })).toEqual([]);
  });

  it('finds records by the time of the act: from inclusive, to exclusive', async () => {
    const [disclosure] = await search({ reference, kind: 'disclosure' });
    const at = disclosure?.at ?? '';
    const after = new Date(Date.parse(at) + 1).toISOString();
    expect(await search({ reference, kind: 'disclosure', from: at, to: after })).toHaveLength(1);
    expect(await search({ reference, kind: 'disclosure', to: at })).toEqual([]);
    expect(await search({ reference, kind: 'disclosure', from: after })).toEqual([]);
    expect(await search({ reference, kind: 'disclosure', from: '2020-01-01', to: '2020-12-31' })).toEqual([]);
  });

  it('shows a record whole, and that it is what its author committed to', async () => {
    const [disclosure] = await search({ reference, kind: 'disclosure' });
    const { body, headers } = await operator.get(`/v1/records/${disclosure?.id}`).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({
      id: disclosure?.id,
      agency: 'police-75',
      counterpart: 'prefecture-75',
      convention: currentConvention('police-prefecture'),
      commitmentHolds: true,
      record: { purpose: 'residence-of-victims', service: 'peer' },
    });
    expect(body.record.fields).toContainEqual(
      expect.objectContaining({
        treatment: 'withhold',
        paths: expect.arrayContaining(['exploitation.account']),
      }),
    );
    expect(body).not.toHaveProperty('salt');
    await operator.get(`/v1/records/${randomUUID()}`).expect(404);
  });

  it('says where a stored record is no longer what was committed to', async () => {
    const [refusal] = await search({ kind: 'refusal' });
    expect(refusal?.commitmentHolds).toBe(true);
    const change = (from: string, to: string) =>
      log.database.owner.query(
        'UPDATE audit_log.record SET record = replace(record::text, $2, $3)::json WHERE record_id = $1',
        [refusal?.id, from, to],
      );
    await change('"refusal"', '"receipt"');
    const [changed] = await search({ reference: refused, agency: 'police-75' });
    expect(changed).toMatchObject({ id: refusal?.id, kind: 'receipt', commitmentHolds: false });
    await change('"receipt"', '"refusal"');
    expect((await search({ kind: 'refusal' }))[0]?.commitmentHolds).toBe(true);
  });

  it('pairs disclosure and receipt of a case, whichever side is asked for', async () => {
    for (const agency of ['police-75', 'prefecture-75']) {
      const { body } = await operator.get(`/v1/chains/${agency}/${reference}`).expect(200);
      expect(body).toMatchObject({
        agency,
        reference,
        truncated: false,
        links: [
          {
            state: 'paired',
            unpairedForSeconds: null,
            disclosure: { agency: 'police-75', kind: 'disclosure', commitmentHolds: true },
            receipts: [{ agency: 'prefecture-75', kind: 'receipt', commitmentHolds: true }],
          },
        ],
      });
      const [link] = body.links;
      expect(link.receipts[0].disclosureCommitment).toBe(link.disclosure.commitment);
    }
    const { body: ofRefused } = await operator.get(`/v1/chains/police-75/${refused}`).expect(200);
    expect(ofRefused.links).toEqual([]);
    expect(ofRefused.others).toContainEqual(
      expect.objectContaining({ kind: 'refusal', counterpart: 'asso-refuge', reason: expect.any(String) }),
    );
    const { body: none } = await operator.get(`/v1/chains/police-75/${randomUUID()}`).expect(200);
    expect(none).toMatchObject({ links: [], others: [] });
    const { body: stranger } = await operator.get(`/v1/chains/asso-refuge/${reference}`).expect(200);
    expect(stranger).toMatchObject({ links: [] });
  });

  it('records every look into it: which filters, and no more', async () => {
    const watched = await log.as({ unit: 'operations', roles: ['operator'], subject: 'an operator' });
    const looked = randomUUID();
    await watched
      .get('/v1/records')
      .query({ reference: looked, agency: 'police-75', from: '2026-01-01' })
      .expect(200);
    await watched.get(`/v1/chains/prefecture-75/${looked}`).expect(200);
    await watched.get(`/v1/records/${looked}`).expect(404);
    const own = await log.database.owner.query<{ record: Record<string, unknown> }[]>(
      `SELECT record FROM messaging.audit_record WHERE kind = 'search' AND record->>'agent' =
        (SELECT record->>'agent' FROM messaging.audit_record WHERE reference = $1 LIMIT 1) ORDER BY at`,
      [looked],
    );
    const filters = (paths: string[]) => [{ paths, treatment: 'release', rules: [] }];
    expect(own.map(({ record }) => record)).toEqual([
      expect.objectContaining({
        agency: 'audit-log',
        unit: 'operations',
        agent: expect.stringMatching(/^[0-9a-f]{64}$/),
        counterpart: 'police-75',
        reference: looked,
        fields: filters(['agency', 'from', 'reference']),
      }),
      expect.objectContaining({
        counterpart: 'prefecture-75',
        reference: looked,
        fields: filters(['agency', 'reference']),
      }),
      expect.objectContaining({ fields: filters(['id']) }),
    ]);
    await eventually(async () =>
      expect((await appended()).filter((record) => record.reference === looked)).toHaveLength(2),
    );
    expect((await search({ kind: 'search', reference: looked })).map(summary)).toEqual([
      'audit-log search',
      'audit-log search',
    ]);
  });

  it('shows nothing where the search cannot be recorded', async () => {
    const { owner, roles } = log.database;
    await owner.query(`REVOKE INSERT ON messaging.audit_record FROM ${roles.serve}`);
    const { status, body } = await operator.get('/v1/records');
    await owner.query(`GRANT INSERT ON messaging.audit_record TO ${roles.serve}`);
    expect(status).toBe(500);
    expect(body).not.toHaveProperty('items');
    await operator.get('/v1/records').expect(200);
  });

  it('pages through what was found, the last appended first', async () => {
    const query = { kind: 'search', to: new Date().toISOString() };
    await search({ agency: 'police-75' });
    const all = await eventually(async () => {
      const found = await search(query);
      if (found.length < 3) throw new Error('too few yet');
      return found;
    });
    const { body: first } = await operator
      .get('/v1/records')
      .query({ ...query, limit: 2 })
      .expect(200);
    const { body: second } = await operator
      .get('/v1/records')
      .query({ ...query, limit: 200, cursor: first.next as string })
      .expect(200);
    const ids = [...first.items, ...second.items].map(({ id }: Item) => id);
    expect(ids.slice(ids.indexOf(all[0]?.id ?? ''))).toEqual(all.map(({ id }) => id));
    expect(second.next).toBeNull();
  });

  it.each([
    [{ agency: "police-75' OR 1=1" }],
    [{ agency: 'x'.repeat(64) }],
    [{ reference: 'c0f4d7a2' }],
    [{ kind: 'everything' }],
    [{ counterpart: 'Police' }],
    [{ convention: 'police-prefecture' }],
    [{ from: 'yesterday' }],
    [{ from: '2026-02-30' }],
    [{ to: '2026-01-01T25:00:00Z' }],
    [{ to: '9999-01-01' }],
    [{ from: '2026-W10-1' }],
    [{ limit: 201 }],
    [{ cursor: Buffer.from('"-1"').toString('base64url') }],
    [{ cursor: Buffer.from('{}').toString('base64url') }],
    [{ name: 'MARKED' }],
  ])('refuses the query %j', async (query) => {
    const { body } = await operator.get('/v1/records').query(query).expect(400);
    expect(body.code).toMatch(/^(invalid-request|cursor-invalid)$/);
    expect(JSON.stringify(body)).not.toContain('MARKED');
  });

  it('refuses paths that name nothing', async () => {
    await operator.get('/v1/records/17').expect(400);
    await operator.get('/v1/chains/police-75/17').expect(400);
    const { body } = await operator.get(`/v1/chains/Police%2075/${randomUUID()}`).expect(400);
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: 'agency' }] });
  });

  it('shows an operator nothing about the person, anywhere', async () => {
    const shown: string[] = [];
    for (const { record_id } of await appended()) {
      shown.push((await operator.get(`/v1/records/${record_id}`).expect(200)).text);
    }
    shown.push((await operator.get('/v1/holes').expect(200)).text);
    shown.push((await operator.get(`/v1/chains/police-75/${reference}`).expect(200)).text);
    shown.push((await log.anonymous().get('/metrics')).text);
    expect(shown.join('')).toContain('exploitation.account');
    expect(shown.join('')).not.toMatch(PLANTED);
    expect(log.logLines.join('')).not.toMatch(PLANTED);
    const [whole] = await log.database.owner.query<{ text: string }[]>(
      "SELECT string_agg(r::text, '') AS text FROM audit_log.record r",
    );
    expect(whole?.text).not.toMatch(PLANTED);
  });
});
