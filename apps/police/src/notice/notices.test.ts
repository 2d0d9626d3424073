import type { NoticeIssuedV2 } from '@liaison/contracts';
import { aNotice, eventually, type TestPeer, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Response } from 'supertest';
import type { NoticeDeliveries, NoticeDelivery } from './notice.answers';

/** Unlike the notices of other tests, so that each finds its own. */
export const about = (familyName: string): NoticeIssuedV2 =>
  aNotice({ civilStatus: { declared: { familyName } } });

/** The convention of notices, as one that asks for consent and says what follows would have it. */
export const asksForConsent = (text: string): string =>
  text.replaceAll(
    / {4}whenItEnds: .*relation.*\n/g,
    `    when: { consent: [given] }
    whenItEnds: { consent: purge, protection: purge, relation: purge }
`,
  );

export function expectProblem(response: Response, status: number, code: string): void {
  expect(response.body).toMatchObject({ status, code });
  expect(response.type).toBe('application/problem+json');
}

/** What tests ask of the service again and again, as an officer. */
export class Notices {
  constructor(
    readonly officer: Agent,
    private readonly police: TestService,
  ) {}

  static async of(police: TestService, unit = 'brp'): Promise<Notices> {
    return new Notices(await police.as({ unit, roles: ['officer'] }), police);
  }

  async draft(content = aNotice(), more: object = {}): Promise<{ id: string; etag: string }> {
    const response = await this.officer.post('/v1/notices').send({ content, ...more });
    expect(response.status).toBe(201);
    return { id: String(response.body.id), etag: String(response.headers['etag']) };
  }

  issue(id: string, etag: string, body: object = {}, key: string = randomUUID()) {
    return this.officer
      .post(`/v1/notices/${id}/issue`)
      .set('Idempotency-Key', key)
      .set('If-Match', etag)
      .send(body);
  }

  issueNow(body: object, key: string = randomUUID()) {
    return this.officer
      .post('/v1/notices')
      .set('Idempotency-Key', key)
      .send({ content: aNotice(), state: 'issued', ...body });
  }

  async deliveries(id: string): Promise<readonly NoticeDelivery[]> {
    const { body } = await this.officer.get(`/v1/notices/${id}/deliveries`).expect(200);
    return (body as NoticeDeliveries).items;
  }

  /** The one delivery of a notice, once it is in a state. */
  async whenDelivered(id: string, state: string): Promise<NoticeDelivery> {
    return eventually(async () => {
      const items = await this.deliveries(id);
      expect(items.map((item) => item.state)).toEqual([state]);
      return items[0] as NoticeDelivery;
    });
  }

  async count(table: string): Promise<number> {
    const rows = await this.police.database.owner.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM ${table}`,
    );
    return Number(rows[0]?.n);
  }
}

export const receivedAbout = (familyName: string, by: TestPeer) =>
  eventually(() => {
    const found = by.received.find(
      ({ data }) => (data as NoticeIssuedV2).civilStatus?.declared?.familyName === familyName,
    );
    if (!found) throw new Error(`nothing about ${familyName} yet`);
    return found;
  });
