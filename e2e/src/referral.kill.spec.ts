import { inboxTopic, REFERRAL_ACKNOWLEDGED, REFERRAL_MADE } from '@liaison/contracts';
import { aReferral, describeWithOwnKafka, eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { query } from './books';
import { dieAt, dieInside, giveLanes, revive, takeLanes } from './death';
import { call } from './http';
import { type ServiceName, startSystem, type System } from './system';

const CASE_MS = 240_000;
const WAIT = { timeoutMs: 60_000, everyMs: 100 };
const ACCOUNTS = { association: 'caseworker-maraude', ase: 'caseworker-mna' } as const;
const [TO_ASE, TO_ASSOCIATION] = [inboxTopic('ase-75'), inboxTopic('asso-refuge')];

interface Item {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly version: number;
}

describeWithOwnKafka('a referral over Kafka', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem('kafka', { services: ['association', 'ase'] });
  }, CASE_MS);
  afterAll(() => system?.stop(), 60_000);

  const get = async <Body>(service: keyof typeof ACCOUNTS, path: string): Promise<Body> =>
    (await call<Body>(system, service, ACCOUNTS[service], path)).body;
  const post = (service: keyof typeof ACCOUNTS, path: string, body: object, etag?: string) =>
    call<Item>(system, service, ACCOUNTS[service], path, {
      body,
      headers: { 'idempotency-key': randomUUID(), ...(etag && { 'if-match': etag }) },
    });
  const rows = (service: ServiceName, sql: string, values: unknown[]) =>
    query<Record<string, unknown>>(system.databaseUrl(service), sql, values);
  const received = async () =>
    (await get<{ items: Item[] }>('ase', '/v1/received-referrals?limit=200')).items;

  it(
    'is made, received and acknowledged once, whoever dies at whichever step',
    async () => {
      const make = () => post('association', '/v1/referrals', { content: aReferral({ prosecutor: false }) });
      // Between the referral and who is told of it: neither is there.
      await dieInside(system, 'association', ['referral.told'], [make]);
      await revive(system, 'association');
      expect((await get<{ items: Item[] }>('association', '/v1/referrals')).items).toEqual([]);
      // Frozen, not sent.
      let made: Item | undefined;
      await takeLanes(system, 'association', TO_ASE);
      await dieAt(system, 'association', { stage: 'frozen', topic: TO_ASE }, async () => {
        const { status, body } = await make();
        expect(status).toBe(202);
        made = body;
        await giveLanes(system, 'association');
      });
      // Stored, with its offset not.
      await Promise.all([
        dieAt(system, 'ase', { stage: 'received', topic: TO_ASE }),
        revive(system, 'association'),
      ]);
      await revive(system, 'ase');
      const item = await eventually(async () => {
        const items = await received();
        expect(items).toMatchObject([{ state: 'new', version: 1 }]);
        return items[0] as Item;
      }, WAIT);

      const acknowledge = () => post('ase', `/v1/received-referrals/${item.id}/acknowledge`, {}, '"1"');
      // Between the acknowledgement and what it tells: neither is there.
      await dieInside(system, 'ase', ['messaging.event_document'], [acknowledge]);
      await revive(system, 'ase');
      expect(await received()).toMatchObject([{ state: 'new', version: 1 }]);
      await takeLanes(system, 'ase', TO_ASSOCIATION);
      await dieAt(system, 'ase', { stage: 'frozen', topic: TO_ASSOCIATION }, async () => {
        expect((await acknowledge()).status).toBe(202);
        await giveLanes(system, 'ase');
      });
      await Promise.all([
        dieAt(system, 'association', { stage: 'received', topic: TO_ASSOCIATION }),
        revive(system, 'ase'),
      ]);
      await revive(system, 'association');

      await eventually(async () => {
        const referral = await get<{ state: string; told: object[] }>(
          'association',
          `/v1/referrals/${made?.id}`,
        );
        expect(referral).toMatchObject({
          state: 'acknowledged',
          version: 2,
          told: [{ agency: 'ase-75', delivery: 'delivered' }],
        });
      }, WAIT);
      expect(await received()).toMatchObject([{ id: item.id, state: 'acknowledged', version: 2 }]);
      const applied = 'SELECT state FROM messaging.inbox WHERE type = $1';
      expect(await rows('ase', applied, [REFERRAL_MADE])).toEqual([{ state: 'applied' }]);
      expect(await rows('association', applied, [REFERRAL_ACKNOWLEDGED])).toEqual([{ state: 'applied' }]);
      const records = `SELECT kind FROM messaging.audit_record
                        WHERE record::jsonb ->> 'event' = $1 AND kind <> 'read' ORDER BY kind`;
      expect(await rows('association', records, [REFERRAL_MADE])).toEqual([{ kind: 'disclosure' }]);
      expect(await rows('ase', records, [REFERRAL_ACKNOWLEDGED])).toEqual([
        { kind: 'acknowledgement' },
        { kind: 'disclosure' },
      ]);
    },
    CASE_MS,
  );
});
