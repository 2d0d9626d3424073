import { NOTICE_ACKNOWLEDGED, NOTICE_ISSUED, REFERRAL_MADE } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  aReferral,
  describeOnBothBrokers,
  eventually,
  opensEverything,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { ASSOCIATION } from './service';

const UNIT = 'maraude';
const FREE = { departement: '75', protectedIdentity: false, protectedAddress: false };
/** Whose convention says nothing of who they are, and whose is for adults who agreed. */
const OF_ANYBODY = 'assistance';
const OF_ADULTS = 'assistance-to-adults';
const EVIDENCE = { form: 'written', language: 'fr', explainedAs: 'caseworker' };
const BY_STATUTE = 'forbidden-by-statute';
const OPEN_API = join(__dirname, '..', '..', '..', 'docs', 'openapi');

interface Item {
  readonly id: string;
  readonly caseId: string;
  readonly reference: string;
}

/** Rules of the statutes (docs/rules-and-tests.md) that bind an association, from a request over HTTP to what arrives. */
describeOnBothBrokers('what an association tells, whatever a convention opens', rulesOver);

function rulesOver(broker: 'embedded' | 'kafka'): void {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestPeer;
  let ase: TestPeer;
  let other: TestPeer;
  let association: TestService;
  let worker: Agent;

  beforeAll(async () => {
    const back = { from: 'association', to: 'police', events: [NOTICE_ACKNOWLEDGED] };
    const first = opensEverything(
      'opens-everything',
      [OF_ANYBODY],
      [
        { from: 'police', to: 'association', events: [NOTICE_ISSUED] },
        { from: 'association', to: 'association', events: [NOTICE_ISSUED] },
        back,
      ],
    );
    const when = '{ age: [adult], consent: [given] }';
    const adults = [{ from: 'police', to: 'association', events: [NOTICE_ISSUED], when }, back];
    conventionsDir = opensEverything('opens-to-adults', [OF_ADULTS], adults, first);
    rmSync(first, { recursive: true });
    world = await startAgencyWorld({ conventionsDir, broker });
    police = await startPeer(world, 'police-75');
    ase = await startPeer(world, 'ase-75');
    other = await startPeer(world, 'ac-se');
    association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: UNIT },
      ...ASSOCIATION,
    });
    worker = await association.as({ unit: UNIT, roles: ['caseworker'] });
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const post = (path: string, body: object) =>
    worker.post(path).set('Idempotency-Key', randomUUID()).send(body);
  const listed = async (): Promise<readonly Item[]> =>
    ((await worker.get('/v1/notices?limit=200').expect(200)).body as { items: Item[] }).items;
  const found = (reference: string) =>
    eventually(async () => {
      const item = (await listed()).find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return item;
    });
  const receive = async (purpose: string, facts: object): Promise<Item> =>
    found(
      await police.send('asso-refuge', {
        type: NOTICE_ISSUED,
        document: aNotice(),
        purpose,
        unit: UNIT,
        facts: { ...FREE, ...facts },
      }),
    );
  /** Of an adult who agreed that this association is told. */
  const receiveAdult = (): Promise<Item> =>
    receive(OF_ADULTS, {
      birthDate: '1990-06-14',
      consents: [{ to: 'association', purpose: OF_ADULTS, value: 'given' }],
    });
  const says = (item: Item, purpose: string, value: string) =>
    post(`/v1/cases/${item.caseId}/consents`, {
      to: 'police',
      purpose,
      value,
      ...(value === 'given' && EVIDENCE),
    }).expect(201);
  /** What whoever takes note of it is told of its way to the police. */
  const acknowledge = async ({ id }: Item): Promise<unknown> =>
    (await post(`/v1/notices/${id}/acknowledge`, {}).expect(202)).body.decision;
  const delivered = ({ id }: Item, state: string, reason: string | null) =>
    eventually(async () => {
      const { body } = await worker.get(`/v1/notices/${id}/deliveries`).expect(200);
      expect(body.items).toMatchObject([{ recipient: 'police-75', state, reason }]);
    });
  const policeHaveHeard = ({ reference }: Item): boolean =>
    police.received.some(
      ({ envelope }) => envelope.type === NOTICE_ACKNOWLEDGED && envelope.subject === reference,
    );

  it('R06: no association writes a notice, and one that came from an association is parked, for its operator to see', async () => {
    // No service but the investigating one's lets anybody write, amend, withdraw or recall one.
    for (const file of readdirSync(OPEN_API).filter((name) => name !== 'police.json')) {
      const { paths } = JSON.parse(readFileSync(join(OPEN_API, file), 'utf8')) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const acts = Object.entries(paths).flatMap(([path, operations]) =>
        path.startsWith('/v1/notices')
          ? Object.keys(operations).flatMap((verb) => (verb === 'get' ? [] : [`${verb} ${path}`]))
          : [],
      );
      expect([file, acts]).toEqual([
        file,
        file === 'audit-log.json' ? [] : ['post /v1/notices/{id}/acknowledge'],
      ]);
    }
    const item = await receive(OF_ANYBODY, {});
    await post('/v1/notices', { content: aNotice() }).expect(404);
    await post(`/v1/notices/${item.id}/amend`, { reason: 'correction', content: aNotice() }).expect(404);
    await post(`/v1/notices/${item.id}/recall`, { reason: 'wrong-recipient' }).expect(404);

    // Another association's own system, past its service.
    const forged = anEnvelope('ac-se', {
      type: NOTICE_ISSUED,
      recipient: 'asso-refuge',
      recipientunit: UNIT,
      recipientversion: 1,
      purpose: OF_ANYBODY,
      convention: 'opens-everything@1',
      decision: '3'.repeat(64),
      audit: 'a'.repeat(64),
      data: { procedure: { departement: '75' }, civilStatus: { declared: { familyName: 'Forge' } } },
    });
    const recipient = world.directory.findAgency('asso-refuge') as Agency;
    await publishUnchecked(other, recipient, [forged]);
    const operator = await association.as({ unit: UNIT, roles: ['operator'] });
    await eventually(async () => {
      const { body } = await operator.get('/v1/dead-letters').query({ peer: 'ac-se' }).expect(200);
      expect(body.items).toMatchObject([
        { direction: 'in', id: forged.id, type: NOTICE_ISSUED, reason: BY_STATUTE },
      ]);
    });
    expect((await listed()).map(({ reference }) => reference)).not.toContain(forged.subject);
  });

  it('R10: of an adult an association tells nothing without consent, not even that it has taken note', async () => {
    const [agreed, refused, waiting] = [await receiveAdult(), await receiveAdult(), await receiveAdult()];
    await says(refused, OF_ADULTS, 'refused');
    expect(await acknowledge(refused)).toMatchObject({ allowed: false, denial: BY_STATUTE });
    await delivered(refused, 'refused', BY_STATUTE);

    await whileNothingLeaves(association, ['police-75'], async () => {
      expect(await acknowledge(waiting)).toMatchObject({ allowed: true, denial: null });
      await says(waiting, OF_ADULTS, 'withdrawn');
    });
    await delivered(waiting, 'refused', BY_STATUTE);

    expect(await acknowledge(agreed)).toMatchObject({ allowed: true, denial: null });
    await delivered(agreed, 'delivered', null);
    expect([agreed, refused, waiting].map(policeHaveHeard)).toEqual([true, false, false]);
  });

  it('R16: of somebody of unknown age a consent opens nothing but to child protection', async () => {
    const item = await receive(OF_ANYBODY, {});
    await says(item, OF_ANYBODY, 'given');
    expect(await acknowledge(item)).toMatchObject({ allowed: false, denial: BY_STATUTE });
    await delivered(item, 'refused', BY_STATUTE);

    const { body } = await post('/v1/support-reports', {
      content: {
        departement: '75',
        civilStatus: { declared: { familyName: 'Sansage' } },
        support: { state: 'ongoing', since: '2026-01-12' },
        lodging: { state: 'none' },
      },
      consent: { ...EVIDENCE, on: '2026-01-12' },
    });
    expect(body.code).toBe('support-of-minor');

    const familyName = 'Inconnu';
    const unknown = { civilStatus: { declared: { familyName } }, age: { ground: 'unknown' } };
    await post('/v1/referrals', { content: { ...aReferral(), ...unknown } }).expect(202);
    await eventually(() => {
      const told = ase.received.filter(({ envelope }) => envelope.type === REFERRAL_MADE);
      expect(JSON.stringify(told.map(({ data }) => data))).toContain(familyName);
    });
    expect(policeHaveHeard(item)).toBe(false);
  });
}
