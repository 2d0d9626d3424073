import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@liaison/testing';
import { query } from './books';
import { about, Casework, PATIENCE } from './casework';
import { call } from './http';
import { linkOnBothSides } from './links';
import { MARK } from './marked-notice';
import { SECOND_PREFECTURE, type ServiceName, type System } from './system';

const CASE_MS = 90_000;

interface Opinion {
  readonly id: string;
  readonly request?: string;
  readonly state: string;
  readonly noticeId: string | null;
  readonly reason: string | null;
}

interface Urgent {
  readonly id: string;
  readonly request?: string;
  readonly caseId: string | null;
  readonly state: string;
}

/** What follows a notice, between real services: its versions, opinions, reflection periods. Nothing here knows the broker. */
export function caseworkLine(running: () => System): void {
  let system: System;
  let desks: Casework;
  beforeAll(() => {
    system = running();
    desks = new Casework(system);
  });

  const change = async (id: string, verb: string, body: object): Promise<void> => {
    const { version } = await desks.get<{ version: number }>('police', `/v1/notices/${id}`);
    const { status } = await desks.post('police', `/v1/notices/${id}/${verb}`, body, { version });
    expect(status).toBe(202);
  };
  const standing = async (service: ServiceName, reference: string) =>
    (await desks.received(service, reference)).map((item) => [item.recipientVersion, item.standing]);
  const opinions = (service: ServiceName, filter = '') =>
    desks.list<Opinion>(service, `/v1/opinion-requests?limit=200${filter}`);

  /** An opinion that the unit has been asked. @returns the request, and what the unit has */
  async function ask(
    subject: string,
    subjectId: string | undefined,
  ): Promise<{ id: string; asked: Opinion }> {
    const { status, body } = await desks.post<{ id: string }>('prefecture', '/v1/opinion-requests', {
      subject,
      subjectId,
      agency: 'police-75',
      unit: 'brp',
      question: `${MARK} question`,
      dueOn: new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10),
    });
    expect(status).toBe(202);
    const asked = await eventually(async () => {
      const found = (await opinions('police')).find(({ request }) => request === body.id);
      expect(found).toMatchObject({ state: 'open' });
      return found as Opinion;
    }, PATIENCE);
    return { id: body.id, asked };
  }
  const answered = (id: string, expected: Partial<Opinion>) =>
    eventually(async () => {
      expect((await opinions('prefecture')).find((each) => each.id === id)).toMatchObject(expected);
    }, PATIENCE);

  test(
    'a notice is amended, then withdrawn: its recipient has both versions, and knows that neither stands',
    async () => {
      const { id, reference } = await desks.issue(about(`${MARK} Adaeze`));
      const mine = await reference('prefecture-75');
      await change(id, 'amend', { reason: 'completion', content: about(`${MARK} Adaeze Durand`) });
      await eventually(async () => {
        expect(await standing('prefecture', mine)).toEqual([
          [1, 'current'],
          [2, 'current'],
        ]);
      }, PATIENCE);
      await change(id, 'withdraw', { reason: 'not-a-victim' });
      await eventually(async () => {
        expect(await standing('prefecture', mine)).toEqual([
          [1, 'withdrawn'],
          [2, 'withdrawn'],
        ]);
      }, PATIENCE);
      expect(await desks.history(id)).toEqual(['written', 'issued', 'amended', 'withdrawn']);
    },
    CASE_MS,
  );

  test(
    'a document of several parts arrives whole, behind its notice; recalled with it, nothing of either is left there',
    async () => {
      const { id, reference } = await desks.issue(about(`${MARK} Adaeze`));
      const mine = await reference('prefecture-75');
      const [received] = await desks.received('prefecture', mine);
      const caseId = received?.caseId ?? '';
      const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(400_000)]);
      await desks.attach(id, `recepisse-${MARK}.pdf`, file);
      const document = await eventually(async () => {
        const found = await desks.documents('prefecture', caseId);
        expect(found).toMatchObject([
          { state: 'complete', name: `recepisse-${MARK}.pdf`, size: file.length },
        ]);
        return found[0]?.id ?? '';
      }, PATIENCE);
      const saved = await desks.content('prefecture', caseId, document);
      expect(Buffer.from(await saved.arrayBuffer()).equals(file)).toBe(true);

      await change(id, 'recall', { reason: 'wrong-recipient' });
      await eventually(async () => {
        expect(await desks.received('prefecture', mine)).toMatchObject([{ state: 'voided' }]);
        const [left] = await query(
          system.databaseUrl('prefecture'),
          `SELECT n.content::text AS content, a.state, a.name, count(p)::int AS parts
             FROM notice.received_notice n JOIN casework.attachment a ON a.case_id = n.case_id
             LEFT JOIN casework.attachment_part p ON p.attachment_id = a.id
            WHERE n.reference = $1 GROUP BY n.content::text, a.id`,
          [mine],
        );
        expect(left).toEqual({ content: '{}', state: 'voided', name: null, parts: 0 });
        const open = `SELECT FROM messaging.voiding WHERE settled_at IS NULL`;
        expect(await query(system.databaseUrl('police'), open)).toEqual([]);
      }, PATIENCE);
      expect((await desks.content('prefecture', caseId, document)).status).toBe(410);
      expect(await desks.history(id)).toEqual(['written', 'issued', 'recalled']);
    },
    CASE_MS,
  );

  test(
    'two cases are linked when both sides say so, undone by one, and linked again when both propose it at once',
    () => linkOnBothSides(system),
    CASE_MS,
  );

  test(
    'an opinion is overdue on both sides when its last day is over, and closed by a refusal, late',
    async () => {
      const { id: permit } = await desks.lodge(`${MARK} holder`);
      const { id, asked } = await ask('permit-application', permit);
      expect(await opinions('prefecture', '&overdue=true')).toEqual([]);
      expect(await opinions('police', '&overdue=true')).toEqual([]);
      for (const service of ['prefecture', 'police'] as const) {
        await query(
          system.databaseUrl(service),
          `UPDATE ${service}.opinion_request SET due_at = clock_timestamp() - interval '1 minute' WHERE id = $1`,
          [service === 'police' ? asked.id : id],
        );
      }
      expect(await opinions('prefecture', '&overdue=true')).toMatchObject([{ id }]);
      expect(await opinions('police', '&overdue=true')).toMatchObject([{ request: id }]);
      const refusal = { reason: 'no-elements', explanation: `${MARK} explanation` };
      const path = `/v1/opinion-requests/${asked.id}/refuse`;
      expect((await desks.post('police', path, refusal, { version: 1 })).status).toBe(202);
      await answered(id, { state: 'refused', reason: 'no-elements' });
      expect(await opinions('prefecture', '&overdue=true')).toEqual([]);
      expect(await opinions('police', '&overdue=true')).toEqual([]);
    },
    CASE_MS,
  );

  test(
    'an opinion about a notice is answered after the person has moved: who asked learns that it is, and nothing new of the person',
    async () => {
      const { id: notice, reference } = await desks.issue(about(`${MARK} Adaeze`));
      const paris = await reference('prefecture-75');
      const [received] = await desks.received('prefecture', paris);
      const { id, asked } = await ask('notice', received?.id);

      await change(notice, 'move', { departement: '13' });
      await eventually(async () => {
        expect(await standing('prefecture', paris)).toEqual([[1, 'superseded']]);
        expect(await standing(SECOND_PREFECTURE, await reference('prefecture-13'))).toEqual([[1, 'current']]);
      }, PATIENCE);
      const content = about(`${MARK} Adaeze`, { procedure: { departement: '13', opinionRequest: id } });
      await change(notice, 'amend', { reason: 'completion', content });

      await answered(id, { state: 'answered', noticeId: null });
      const own = (await opinions('police')).find((each) => each.id === asked.id);
      expect(own).toMatchObject({ state: 'answered', noticeId: notice });
      await eventually(async () => {
        expect(await standing(SECOND_PREFECTURE, await reference('prefecture-13'))).toEqual([
          [1, 'current'],
          [2, 'current'],
        ]);
      }, PATIENCE);
      expect(await standing('prefecture', paris)).toEqual([[1, 'superseded']]);
    },
    CASE_MS,
  );

  test(
    'a breach of a reflection period reaches who signalled the person, and so does that it was a mistake',
    async () => {
      const { id: notice, reference } = await desks.issue(about(`${MARK} Adaeze`));
      const [received] = await desks.received('prefecture', await reference('prefecture-75'));
      const period = await desks.post<{ id: string; from: string }>('prefecture', '/v1/reflection-periods', {
        noticeId: received?.id,
        language: 'ar',
      });
      expect(period.status).toBe(201);
      const path = `/v1/reflection-periods/${period.body.id}/breaches`;
      const told = await desks.post<{ breach: string }>('prefecture', path, {
        measure: 'removal-ordered',
        takenOn: period.body.from,
      });
      expect(told.status).toBe(202);
      const breach = async () =>
        (
          await desks.list<{ noticeId: string; voidedAt: string | null }>('police', '/v1/breaches?limit=200')
        ).filter(({ noticeId }) => noticeId === notice);
      await eventually(async () => {
        expect(await breach()).toMatchObject([{ measure: 'removal-ordered', voidedAt: null }]);
      }, PATIENCE);
      const mistake = { reason: 'entered-by-mistake' };
      expect((await desks.post('prefecture', `${path}/${told.body.breach}/void`, mistake)).status).toBe(202);
      await eventually(async () => {
        expect(await breach()).toMatchObject([{ voidedAt: expect.any(String) as string }]);
      }, PATIENCE);
    },
    CASE_MS,
  );

  test(
    'what somebody opened in an emergency is told; what is not held is asked, and answered or refused once',
    async () => {
      const { id: notice, reference } = await desks.issue(about(`${MARK} Adaeze`));
      const [received] = await desks.received('prefecture', await reference('prefecture-75'));
      const caseId = received?.caseId ?? '';
      const why = { ground: 'danger-to-life', reason: `${MARK} they are at the door`, hours: 1 };
      const opened = await call<{ id: string }>(
        system,
        'prefecture',
        'caseworker-75',
        `/v1/cases/${caseId}/break-glass`,
        { body: why, headers: { 'idempotency-key': randomUUID() } },
      );
      expect(opened.status).toBe(201);
      await eventually(async () => {
        const told = await desks.list<object>('police', '/v1/break-glass-told');
        expect(told).toContainEqual(expect.objectContaining({ id: opened.body.id, caseId: notice }));
      }, PATIENCE);

      /** A request that has arrived. */
      const asked = async (): Promise<{ id: string; item: Urgent }> => {
        const question = { ...why, agency: 'police-75', caseId, needs: ['danger'] };
        const { status, body } = await desks.post<Urgent>('prefecture', '/v1/urgent-requests', question);
        expect(status).toBe(202);
        const item = await eventually(async () => {
          const items = await desks.list<Urgent>('police', '/v1/urgent-received?limit=200');
          const found = items.find(({ request }) => request === body.id);
          expect(found).toMatchObject({ caseId: notice, state: 'open' });
          return found as Urgent;
        }, PATIENCE);
        return { id: body.id, item };
      };
      const settle = async (item: Urgent, verb: string, body: object, version = 1) =>
        (await desks.post('police', `/v1/urgent-received/${item.id}/${verb}`, body, { version })).status;
      const becomes = (id: string, expected: object) =>
        eventually(async () => {
          expect(await desks.get('prefecture', `/v1/urgent-requests/${id}`)).toMatchObject(expected);
        }, PATIENCE);

      const first = await asked();
      const said = { danger: `${MARK} they know the address`, words: `${MARK} an informer` };
      expect(await settle(first.item, 'answer', said)).toBe(202);
      expect(await settle(first.item, 'refuse', { reason: 'other' }, 2)).toBe(409);
      await becomes(first.id, { state: 'answered', late: false, answer: { danger: said.danger } });

      const second = await asked();
      expect(await settle(second.item, 'refuse', { reason: 'nothing-held' })).toBe(202);
      await becomes(second.id, { state: 'refused', answer: {} });
      const view = await desks.get('prefecture', `/v1/urgent-requests/${second.id}`);
      expect(JSON.stringify(view)).not.toContain('nothing-held');
    },
    CASE_MS,
  );
}
