import { inboxTopic } from '@liaison/contracts';
import { aNotice, type Crash, crashAt, crashLine, eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { query } from './books';
import { dieAt, dieInside, giveLanes, revive, takeLanes } from './death';
import { call } from './http';
import { linkUnderKills } from './links';
import { type ServiceName, startSystem, type System } from './system';
import { withdrawUnderKills } from './urgent-withdrawal';

const CASE_MS = 240_000;
const WAIT = { timeoutMs: 60_000, everyMs: 100 };

interface Item {
  readonly id: string;
  readonly request?: string;
  readonly state: string;
  readonly version: number;
}

describe.each(['embedded'] as const)(
  'on the %s broker: an opinion is asked and answered once, whatever is killed',
  (kind) => {
    let system: System;
    beforeAll(async () => {
      system = await startSystem(kind);
    }, CASE_MS);
    afterAll(async () => {
      await system?.stop();
    }, 60_000);

    /** Everything in its inbox is behind it, so that it does not come again at the next start. */
    const caughtUp = ({ url }: { readonly url: string }) =>
      eventually(async () => {
        const page = await (await fetch(`${url}/metrics`)).text();
        expect(page).toMatch(/^liaison_consumer_lag_messages(\{.*\})? 0$/m);
      }, WAIT);

    /** Something else may be on its way already, and meet the line while the service starts: it passes, then once more. */
    async function armed(victim: ReturnType<System['service']>, crash: Crash): Promise<void> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await victim.restart(crashAt(crash));
        } catch (error) {
          if (attempt === 3) throw error;
          await victim.restart();
          await caughtUp(victim);
        }
      }
    }

    /** Restarted so that it dies at a line of delivery; what it had accepted is there when it comes back. */
    async function dying(service: ServiceName, crash: Crash, act: () => Promise<void>): Promise<void> {
      const victim = system.service(service);
      await armed(victim, crash);
      await act();
      await eventually(() => !victim.running, WAIT);
      expect(readFileSync(victim.logFile, 'utf8')).toContain(crashLine(crash));
      await victim.restart();
    }
    const post = (service: ServiceName, account: string, path: string, body: object, etag?: string) =>
      call<{ id: string }>(system, service, account, path, {
        body,
        headers: { 'idempotency-key': randomUUID(), ...(etag && { 'if-match': etag }) },
      });
    const items = async (service: ServiceName, account: string) =>
      (await call<{ items: Item[] }>(system, service, account, '/v1/opinion-requests?limit=200')).body.items;

    async function ask(): Promise<string> {
      const holder = { familyName: 'Osagie' };
      const { body: permit } = await post('prefecture', 'desk-75', '/v1/permits', {
        ground: 'cooperation',
        holder,
      });
      const dueOn = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
      const { status, body } = await post('prefecture', 'desk-75', '/v1/opinion-requests', {
        subject: 'permit-application',
        subjectId: permit.id,
        agency: 'police-75',
        unit: 'brp',
        question: 'Do you know of the facts?',
        dueOn,
      });
      expect(status).toBe(202);
      return body.id;
    }
    const arrived = (request: string) =>
      eventually(async () => {
        const found = (await items('police', 'officer-brp')).filter((item) => item.request === request);
        expect(found).toHaveLength(1);
        return found[0] as Item;
      }, WAIT);
    /** The police have said that they have the question: what passes between the two next is the answer. */
    const acknowledged = () =>
      eventually(async () => {
        const [under, open] = await Promise.all([
          query(
            system.databaseUrl('police'),
            `SELECT FROM messaging.intent WHERE recipient = 'prefecture-75'`,
          ),
          query(
            system.databaseUrl('prefecture'),
            `SELECT FROM messaging.delivery_status
              WHERE recipient = 'police-75' AND state IN ('pending', 'frozen', 'sent')`,
          ),
        ]);
        expect([under, open]).toEqual([[], []]);
      }, WAIT);
    const refuse = (id: string) =>
      post('police', 'officer-brp', `/v1/opinion-requests/${id}/refuse`, { reason: 'no-elements' }, '"1"');
    const answered = (id: string) =>
      eventually(async () => {
        const item = (await items('prefecture', 'desk-75')).find((each) => each.id === id);
        expect(item).toMatchObject({ state: 'refused', version: 2 });
      }, WAIT);

    test(
      'the préfecture, when it has accepted the question and nothing is dispatched',
      async () => {
        let asked = '';
        const crash: Crash = { stage: 'prepared', topic: inboxTopic('police-75') };
        await dying('prefecture', crash, async () => {
          asked = await ask();
        });
        await arrived(asked);
      },
      CASE_MS,
    );

    test(
      'the police, when the question is stored and its offset is not, and when the answer is frozen and not sent',
      async () => {
        let asked = '';
        await dying('police', { stage: 'received', topic: inboxTopic('police-75') }, async () => {
          asked = await ask();
        });
        const item = await arrived(asked);
        expect(item).toMatchObject({ state: 'open', version: 1 });
        await acknowledged();
        await dying('police', { stage: 'frozen', topic: inboxTopic('prefecture-75') }, async () => {
          expect((await refuse(item.id)).status).toBe(202);
        });
        await answered(asked);
        expect((await refuse(item.id)).status).toBe(412);
      },
      CASE_MS,
    );

    test(
      'the préfecture, when the answer is stored and its offset is not',
      async () => {
        const asked = await ask();
        const item = await arrived(asked);
        await acknowledged();
        await dying('prefecture', { stage: 'received', topic: inboxTopic('prefecture-75') }, async () => {
          expect((await refuse(item.id)).status).toBe(202);
        });
        await answered(asked);
        const parked = await Promise.all(
          (['police', 'prefecture'] as const).map((service) =>
            query(system.databaseUrl(service), `SELECT FROM messaging.inbox WHERE state = 'parked'`),
          ),
        );
        expect(parked).toEqual([[], []]);
      },
      CASE_MS,
    );

    test(
      'a question is withdrawn: it is told to be purged, purged and confirmed once, whoever dies at whichever step',
      async () => {
        const asked = await ask();
        const { id } = await arrived(asked);
        await acknowledged();
        const [police, prefecture] = [inboxTopic('police-75'), inboxTopic('prefecture-75')];
        const at = (service: ServiceName, sql: string, values: unknown[]) =>
          query<Record<string, unknown>>(system.databaseUrl(service), sql, values);
        const told = () =>
          at(
            'prefecture',
            `SELECT r.purged, r.kept, r.confirmed_at IS NOT NULL AS confirmed FROM casework.revocation r
               JOIN prefecture.opinion_request o ON o.case_id = r.case_id WHERE o.id = $1`,
            [asked],
          );
        const held = () =>
          at('police', 'SELECT content::text, purge_reason FROM police.opinion_request WHERE id = $1', [id]);
        const withdraw = () =>
          post(
            'prefecture',
            'desk-75',
            `/v1/opinion-requests/${asked}/withdraw`,
            { reason: 'wrong-unit' },
            '"1"',
          );

        // Between the revocation and its telling: neither is there.
        await dieInside(system, 'prefecture', ['casework.revocation'], [withdraw]);
        await revive(system, 'prefecture');
        expect(await told()).toEqual([]);
        // Told and frozen, not sent.
        await takeLanes(system, 'prefecture', police);
        await dieAt(system, 'prefecture', { stage: 'frozen', topic: police }, async () => {
          expect((await withdraw()).status).toBe(202);
          await giveLanes(system, 'prefecture');
        });
        expect(await told()).toEqual([{ purged: null, kept: null, confirmed: false }]);
        // Purged, with neither the offset nor the confirmation on its way; then the confirmation frozen and not sent.
        await Promise.all([
          dieAt(system, 'police', { stage: 'received', topic: police }),
          revive(system, 'prefecture'),
        ]);
        await dieAt(system, 'police', { stage: 'frozen', topic: prefecture });
        expect(await held()).toEqual([{ content: '{}', purge_reason: 'revoked' }]);
        // Confirmed, with its offset not stored.
        await Promise.all([
          dieAt(system, 'prefecture', { stage: 'received', topic: prefecture }),
          revive(system, 'police'),
        ]);
        await revive(system, 'prefecture');

        await eventually(async () => {
          expect(await told()).toEqual([{ purged: 1, kept: 0, confirmed: true }]);
        }, WAIT);
        await acknowledged();
        expect(await held()).toEqual([{ content: '{}', purge_reason: 'revoked' }]);
        const { body } = await call<object>(
          system,
          'police',
          'supervisor-police',
          `/v1/opinion-requests/${id}`,
        );
        expect(JSON.stringify(body)).not.toMatch(/Osagie|Do you know/);
        const purges = `SELECT kind FROM messaging.audit_record WHERE kind IN ('purge', 'restriction') AND reference = (
          SELECT r.reference FROM messaging.case_reference r JOIN police.opinion_request o ON o.case_id = r.case_id
           WHERE o.id = $1)`;
        expect(await at('police', purges, [id])).toEqual([{ kind: 'purge' }]);
        const confirmations = `SELECT state FROM messaging.inbox WHERE type = 'liaison.share.purged.v1'`;
        expect(await at('prefecture', confirmations, [])).toEqual([{ state: 'applied' }]);
      },
      CASE_MS,
    );

    test(
      'an urgent request is withdrawn on both sides or on neither, whoever dies at whichever step',
      () => withdrawUnderKills(system),
      CASE_MS,
    );

    test(
      'what is said of two cases is said once, and both sides come to the same, whoever dies at whichever step',
      () => linkUnderKills(system),
      CASE_MS,
    );

    test(
      'a case is opened in an emergency: not before it is recorded, told to its origin once, whoever dies at whichever step',
      async () => {
        const notice = await post('police', 'officer-brp', '/v1/notices', {
          content: aNotice({ civilStatus: { declared: { familyName: 'Urgence' } } }),
          state: 'issued',
          protection: { identity: false, address: false },
        });
        expect(notice.status).toBe(202);
        const { caseId, noticeId } = await eventually(async () => {
          const [row] = await query<{ caseId: string; noticeId: string }>(
            system.databaseUrl('prefecture'),
            `SELECT case_id AS "caseId", id AS "noticeId" FROM notice.received_notice
              WHERE content::text LIKE '%Urgence%'`,
          );
          if (!row) throw new Error('it has not arrived');
          return row;
        }, WAIT);
        await acknowledged();
        const police = inboxTopic('police-75');
        const emergency = {
          ground: 'danger-to-life',
          reason: 'They stand at her door and she calls.',
          hours: 2,
        };
        const key = randomUUID();
        const open = () =>
          call<{ id: string; open: boolean }>(
            system,
            'prefecture',
            'caseworker-75',
            `/v1/cases/${caseId}/break-glass`,
            { body: emergency, headers: { 'idempotency-key': key } },
          );
        const openings = () =>
          query<{ id: string }>(
            system.databaseUrl('prefecture'),
            'SELECT id FROM desk.break_glass WHERE case_id = $1',
            [caseId],
          );
        const records = async () =>
          (
            await query<{ kind: string }>(
              system.databaseUrl('prefecture'),
              `SELECT kind FROM messaging.audit_record WHERE kind = 'break-glass-opened'`,
            )
          ).length;
        const assessed = async () =>
          (
            await call<{ content: { assessment?: object } }>(
              system,
              'prefecture',
              'caseworker-75',
              `/v1/notices/${noticeId}`,
            )
          ).body.content.assessment !== undefined;

        // Between the opening and its record: neither is there, and nothing is shown.
        await dieInside(system, 'prefecture', ['messaging.audit_record'], [open]);
        await revive(system, 'prefecture');
        expect([await openings(), await records(), await assessed()]).toEqual([[], 0, false]);
        // Opened and frozen, not sent.
        await takeLanes(system, 'prefecture', police);
        await dieAt(system, 'prefecture', { stage: 'frozen', topic: police }, async () => {
          expect((await open()).status).toBe(201);
          await giveLanes(system, 'prefecture');
        });
        expect(await openings()).toHaveLength(1);
        expect(await records()).toBe(1);
        // Told, with its offset not stored.
        await Promise.all([
          dieAt(system, 'police', { stage: 'received', topic: police }),
          revive(system, 'prefecture'),
        ]);
        await revive(system, 'police');

        const [opening] = await openings();
        await eventually(async () => {
          const told = await query(
            system.databaseUrl('police'),
            'SELECT opening, ground FROM desk.break_glass_told',
          );
          expect(told).toEqual([{ opening: opening?.id, ground: 'danger-to-life' }]);
        }, WAIT);
        // Asked again under its key, it is the same opening; and it is open.
        expect((await open()).body).toMatchObject({ id: opening?.id, open: true });
        expect([await assessed(), await records()]).toEqual([true, 1]);
        await acknowledged();
      },
      CASE_MS,
    );
  },
);
