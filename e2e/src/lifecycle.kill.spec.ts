import { randomUUID } from 'node:crypto';
import {
  inboxTopic,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  partitionFor,
  SHARE_REVOKED,
} from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { query, readBooks } from './books';
import { about, Casework, PATIENCE } from './casework';
import { failOn, findDeliveryFaults, groupBy } from './checker';
import { dieAt, dieInside, dieOnTheWay, giveLanes, revive, takeLanes } from './death';
import type { Answer } from './http';
import { SECOND_PREFECTURE, type ServiceName, SERVICES, startSystem, type System } from './system';
import { findTopicFaults } from './topic-checker';

const CASE_MS = 240_000;
/** Of many acts, each of which is killed in the middle and behind it. */
const LONG_MS = 180_000;
const PARIS = inboxTopic('prefecture-75');
const MARSEILLE = inboxTopic('prefecture-13');

const APPLICATION = { ground: 'cooperation', holder: { familyName: 'Bamba' }, situation: {} };

/** Commands that go together, each asked again with its key until somebody hears the answer. */
interface Commands {
  readonly by: ServiceName;
  readonly told: ServiceName;
  /** What their transactions write towards their ends. */
  readonly table: string;
  readonly asks: readonly (() => Promise<Answer<unknown>>)[];
  /** Both sides as they were before. */
  nothing(): Promise<void>;
  /** Both sides as they are after it, once. */
  done(): Promise<void>;
}

/**
 * Whoever is told has what was told once and in its place, whoever tells knows that it has, whatever died meanwhile.
 * That a dead process's lanes wait for their lease is kept out of it: `kafka.kill.spec.ts` waits.
 */
describe('what becomes of an issued notice happens once, whatever is killed', () => {
  let system: System;
  let desks: Casework;
  /** Of notices that were recalled: their numbers are voids by now, and their inbox is not only of what was applied. */
  const recalled: string[] = [];
  beforeAll(async () => {
    system = await startSystem('embedded', { services: [...SERVICES, SECOND_PREFECTURE] });
    desks = new Casework(system);
  }, CASE_MS);
  afterAll(() => system?.stop(), 60_000);

  /** Nothing under way, nothing parked, everything recorded and in the audit log, the broker's order right. */
  async function settled(): Promise<{ readonly repeats: number }> {
    const mine = (fault: string): boolean => !recalled.some((mark) => fault.includes(mark));
    const books = await eventually(async () => {
      const read = await readBooks(system);
      failOn(findDeliveryFaults(read).filter(mine));
      return read;
    }, PATIENCE);
    const { faults, repeats } = await findTopicFaults(system, books);
    failOn(faults.filter(mine));
    return { repeats };
  }

  /** Asks for each; whoever was not answered hears nothing. */
  const hear = async (asks: Commands['asks']): Promise<readonly (Answer<unknown> | undefined)[]> =>
    Promise.all(asks.map((ask) => ask().catch(() => undefined)));
  /** The same answers as before, where there were any. */
  async function expectAnswers(asks: Commands['asks'], heard: readonly (Answer<unknown> | undefined)[]) {
    for (const [index, ask] of asks.entries()) {
      const { status, body } = await ask();
      expect([status, body]).toEqual([heard[index]?.status ?? 202, heard[index]?.body ?? body]);
    }
  }

  /** Dies inside the transactions, then at each line of dispatch; who is told dies with it in its hands. */
  async function throughEveryStage({ by, told, table, asks, nothing, done }: Commands): Promise<void> {
    const before = await settled();
    await dieInside(system, by, [table], asks);
    let heard: readonly (Answer<unknown> | undefined)[] = [];
    await dieOnTheWay(system, {
      by,
      told,
      ask: async () => {
        await nothing();
        heard = await hear(asks);
      },
    });
    await expectAnswers(asks, heard);
    await eventually(done, PATIENCE);
    expect((await settled()).repeats).toBeGreaterThan(before.repeats);
  }

  /** Notices that are at the préfecture, as many, of whose cases one lane is in charge. */
  async function inOneLane(count: number) {
    const partitions = 3;
    const people = Array.from({ length: partitions * (count - 1) + 1 }, () => about('Adaeze Martin'));
    const issued = await Promise.all(
      people.map(async (content) => {
        const { id, reference } = await desks.issue(content);
        return { id, reference: await reference('prefecture-75') };
      }),
    );
    const lanes = groupBy(issued, ({ reference }) => String(partitionFor(reference, partitions)));
    const fullest = [...lanes.values()].sort((a, b) => b.length - a.length)[0] ?? [];
    return fullest.slice(0, count);
  }

  test(
    'amended, withdrawn, recalled',
    async () => {
      const [first, second, third] = await inOneLane(3);
      if (!first || !second || !third) throw new Error('they are in different lanes');
      await settled();
      const [taken] = await query<{ event_id: string }>(
        system.databaseUrl('police'),
        `SELECT event_id FROM messaging.delivery WHERE reference = $1 AND type = $2`,
        [third.reference, NOTICE_ISSUED],
      );
      recalled.push(third.reference, taken?.event_id ?? '');

      const asking = async ({ id }: { id: string }, verb: string, body: object) => {
        const { version } = await desks.get<{ version: number }>('police', `/v1/notices/${id}`);
        const asked = { key: randomUUID(), version };
        return () => desks.post('police', `/v1/notices/${id}/${verb}`, body, asked);
      };
      const states = async (id: string) =>
        (await desks.deliveries(id)).map(([event, , state]) => [event, state]);
      await throughEveryStage({
        by: 'police',
        told: 'prefecture',
        table: 'police.notice_change',
        asks: [
          await asking(first, 'amend', { reason: 'completion', content: about('Adaeze Durand') }),
          await asking(second, 'withdraw', { reason: 'not-a-victim' }),
          await asking(third, 'recall', { reason: 'wrong-person' }),
        ],
        nothing: async () => {
          for (const { id } of [first, second, third]) {
            expect(await desks.history(id)).toEqual(['written', 'issued']);
            expect(await desks.deliveries(id)).toHaveLength(1);
          }
        },
        done: async () => {
          expect(await desks.history(first.id)).toEqual(['written', 'issued', 'amended']);
          expect(await states(first.id)).toEqual([
            [NOTICE_ISSUED, 'delivered'],
            [NOTICE_AMENDED, 'delivered'],
          ]);
          const versions = await desks.received('prefecture', first.reference);
          expect(versions.map(({ recipientVersion, latest }) => [recipientVersion, latest])).toEqual([
            [1, false],
            [2, true],
          ]);
          const latest = await desks.get<{ content: object }>('prefecture', `/v1/notices/${versions[1]?.id}`);
          expect(latest.content).toMatchObject({
            civilStatus: { declared: { familyName: 'Adaeze Durand' } },
          });

          expect(await desks.history(second.id)).toEqual(['written', 'issued', 'withdrawn']);
          expect(await states(second.id)).toEqual([
            [NOTICE_ISSUED, 'delivered'],
            [NOTICE_WITHDRAWN, 'delivered'],
          ]);
          expect(await desks.received('prefecture', second.reference)).toMatchObject([
            { standing: 'withdrawn', standingReason: 'not-a-victim' },
          ]);

          expect(await desks.history(third.id)).toEqual(['written', 'issued', 'recalled']);
          expect((await states(third.id)).filter(([event]) => event === NOTICE_RECALLED)).toEqual([
            [NOTICE_RECALLED, 'delivered'],
          ]);
          expect(await desks.received('prefecture', third.reference)).toMatchObject([{ state: 'voided' }]);
          const content = `SELECT content::text FROM notice.received_notice WHERE reference = $1`;
          expect(await query(system.databaseUrl('prefecture'), content, [third.reference])).toEqual([
            { content: '{}' },
          ]);
          const open = `SELECT FROM messaging.voiding WHERE settled_at IS NULL`;
          expect(await query(system.databaseUrl('police'), open)).toEqual([]);
        },
      });
    },
    CASE_MS,
  );

  describe.each([
    ['who has it now, before who had it', SECOND_PREFECTURE, MARSEILLE, 'prefecture', PARIS],
    ['who had it, before who has it now', 'prefecture', PARIS, SECOND_PREFECTURE, MARSEILLE],
  ] as const)('moved: the police dies when it has told %s', (_, first, firstTopic, second, secondTopic) => {
    test(
      'each learns its part once; who had it, that its version no longer stands and is to be purged',
      async () => {
        const notice = await desks.issue(about('Adaeze Petit'));
        const reference = await notice.reference('prefecture-75');
        const { version } = await desks.get<{ version: number }>('police', `/v1/notices/${notice.id}`);
        const asked = { key: randomUUID(), version };
        const ask = () => desks.post('police', `/v1/notices/${notice.id}/move`, { departement: '13' }, asked);
        const old = () => desks.received('prefecture', reference);
        const now = async () => desks.received(SECOND_PREFECTURE, await notice.reference('prefecture-13'));
        const knows = {
          prefecture: () => old().then(([only]) => only?.standing === 'superseded'),
          [SECOND_PREFECTURE]: () => now().then(({ length }) => length > 0),
        };
        const before = await settled();

        await dieInside(system, 'police', ['police.notice_change'], [ask]);
        await takeLanes(system, 'police', secondTopic);
        let heard: readonly (Answer<unknown> | undefined)[] = [];
        await dieAt(system, 'police', { stage: 'marked', topic: firstTopic }, async () => {
          expect(await desks.history(notice.id)).toEqual(['written', 'issued']);
          heard = await hear([ask]);
        });
        await eventually(knows[first], PATIENCE);
        expect(await knows[second]()).toBe(false);

        await giveLanes(system, 'police');
        await dieAt(system, 'police', { stage: 'prepared', topic: secondTopic });
        await dieAt(system, 'police', { stage: 'frozen', topic: secondTopic });
        expect(await knows[second]()).toBe(false);
        await Promise.all([
          dieAt(system, second, { stage: 'received', topic: secondTopic }),
          dieAt(system, 'police', { stage: 'published', topic: secondTopic }),
        ]);
        await Promise.all([revive(system, 'police'), revive(system, second)]);
        await expectAnswers([ask], heard);

        await eventually(async () => {
          expect(await old()).toMatchObject([
            { recipientVersion: 1, latest: true, standing: 'superseded', standingReason: 'moved' },
          ]);
          expect(await now()).toMatchObject([{ recipientVersion: 1, latest: true, standing: 'current' }]);
          expect(await desks.history(notice.id)).toEqual(['written', 'issued', 'moved']);
          expect([...(await desks.deliveries(notice.id))].sort()).toEqual(
            [
              [NOTICE_ISSUED, 'prefecture-75', 'delivered'],
              [NOTICE_ISSUED, 'prefecture-13', 'delivered'],
              [NOTICE_SUPERSEDED, 'prefecture-75', 'delivered'],
              [SHARE_REVOKED, 'prefecture-75', 'delivered'],
            ].sort(),
          );
        }, PATIENCE);
        expect((await settled()).repeats).toBeGreaterThan(before.repeats);
      },
      CASE_MS,
    );
  });

  test(
    'a reflection period and a permit, from their beginning to an early end and a grant; a breach that the police learns of',
    async () => {
      const notice = await desks.issue(about('Adaeze Moreau'));
      const [received] = await desks.received('prefecture', await notice.reference('prefecture-75'));
      const noticeId = received?.id;
      const tables = ['prefecture.reflection_period', 'prefecture.residence_permit'];
      const rows = async (): Promise<readonly string[]> => {
        const found = await query<{ row: string }>(
          system.databaseUrl('prefecture'),
          `SELECT concat_ws(' ', id, version) AS row FROM prefecture.reflection_period
           UNION ALL SELECT concat_ws(' ', id, version, state) FROM prefecture.residence_permit`,
        );
        return found.map(({ row }) => row);
      };

      /** Dies inside both transactions, then when both are committed and who asked may not know it. */
      async function bothOnce(asks: readonly (() => Promise<Answer<{ id: string; version: number }>>)[]) {
        const before = await rows();
        await dieInside(system, 'prefecture', tables, asks);
        await revive(system, 'prefecture');
        expect(await rows()).toEqual(before);
        const heard = asks.map((ask) => ask().catch(() => undefined));
        await eventually(async () => {
          const now = await rows();
          expect(now).toHaveLength(asks.length);
          expect(now.filter((row) => before.includes(row))).toEqual([]);
        }, PATIENCE);
        const after = await rows();
        system.service('prefecture').kill('SIGKILL');
        await revive(system, 'prefecture');
        const again = await Promise.all(asks.map((ask) => ask()));
        for (const [index, answer] of (await Promise.all(heard)).entries()) {
          expect([200, 201]).toContain(again[index]?.status);
          if (answer) expect(again[index]?.body).toEqual(answer.body);
        }
        expect(await rows()).toEqual(after);
        return again.map(({ body }) => body);
      }

      const once = () => ({ key: randomUUID() });
      const [openKey, lodgeKey] = [once(), once()];
      const [period, permit] = await bothOnce([
        () => desks.post('prefecture', '/v1/reflection-periods', { noticeId, language: 'ro' }, openKey),
        // Of somebody else: two acts on one notice would wait for each other.
        () => desks.post('prefecture', '/v1/permits', APPLICATION, lodgeKey),
      ]);

      const path = `/v1/reflection-periods/${period?.id}`;
      const view = () =>
        desks.get<{ version: number; breached: boolean; breaches: readonly object[] }>('prefecture', path);
      const breaches = async () =>
        (await desks.list<{ noticeId: string }>('police', '/v1/breaches?limit=200')).filter(
          (breach) => breach.noticeId === notice.id,
        );
      const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
      const breachKey = once();
      await throughEveryStage({
        by: 'prefecture',
        told: 'police',
        table: 'prefecture.reflection_period',
        asks: [
          () =>
            desks.post(
              'prefecture',
              `${path}/breaches`,
              { measure: 'removal-ordered', takenOn: today },
              breachKey,
            ),
        ],
        nothing: async () => {
          expect(await view()).toMatchObject({ breached: false, breaches: [] });
          expect(await breaches()).toEqual([]);
        },
        done: async () => {
          expect((await view()).breaches).toHaveLength(1);
          expect(await breaches()).toMatchObject([{ agency: 'prefecture-75', measure: 'removal-ordered' }]);
        },
      });

      const end = { ...once(), version: (await view()).version };
      const grant = { ...once(), version: permit?.version ?? 0 };
      const permitPath = `/v1/permits/${permit?.id}`;
      const [ended, granted] = await bothOnce([
        () => desks.post('prefecture', `${path}/end`, { reason: 'person-asked' }, end),
        () => desks.post('prefecture', `${permitPath}/grant`, {}, grant),
      ]);
      expect([ended?.version, granted?.version]).toEqual([end.version + 1, grant.version + 1]);
      const over = { status: 'ended-early', endReason: 'person-asked', breached: true, breaches: [{}] };
      expect(await view()).toMatchObject(over);
      expect(await desks.get('prefecture', permitPath)).toMatchObject({
        state: 'granted',
        acts: { granted: {} },
      });
    },
    LONG_MS,
  );
});
