import { ForgetAnswersSweep } from '@liaison/casework';
import { type AgencyWorld, aNotice, eventually, startAgencyWorld, type TestService } from '@liaison/testing';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Agent } from 'supertest';
import { POLICE } from './service';

const KEY = 'secrets of the webhooks of the tests, long enough';

interface WebhookItem {
  readonly id: string;
  readonly deliveredAt: string | null;
  readonly formerSecretUntil: string | null;
}
interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('webhooks of an agency', () => {
  let world: AgencyWorld;
  let police: TestService;
  let officer: Agent;
  let operator: Agent;
  let receiver: Server;
  let address: string;
  /** By path; what each answers. */
  const received = new Map<string, Message[]>();
  const answers = new Map<string, number>();

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({
      ...POLICE,
      agencyId: 'police-75',
      env: { WEBHOOK_SECRETS_KEY: KEY, WEBHOOK_PRIVATE_NETWORKS: '127.0.0.0/8' },
    });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
    operator = await police.as({ unit: 'operations', roles: ['operator'] });
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        const message = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        received.set(path, [...(received.get(path) ?? []), message]);
        response.writeHead(answers.get(path) ?? 204, { location: 'http://127.0.0.1:1/' }).end();
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await world.stop();
    receiver.close();
  });

  const register = async (path: string, body: object = {}, key: string = randomUUID()) =>
    (
      await operator
        .post('/v1/webhooks')
        .set('Idempotency-Key', key)
        .send({ url: `${address}${path}`, ...body })
        .expect(201)
    ).body as { id: string; secret: string };
  const act = (id: string, verb: string) =>
    operator.post(`/v1/webhooks/${id}/${verb}`).set('Idempotency-Key', randomUUID());
  const find = async (id: string) => {
    const { items } = (await operator.get('/v1/webhooks').expect(200)).body as { items: WebhookItem[] };
    return items.find((item) => item.id === id);
  };
  const write = async () =>
    String((await officer.post('/v1/notices').send({ content: aNotice() }).expect(201)).body.id);
  const messagesTo = (path: string) => received.get(path) ?? [];
  const idsIn = ({ body }: Message): string[] =>
    (JSON.parse(body) as { data: { items?: { id: string }[] } }).data.items?.map(({ id }) => id) ?? [];
  const arrived = (path: string, id: string) =>
    eventually(() => {
      const found = messagesTo(path).find((message) => idsIn(message).includes(id));
      if (!found) throw new Error('it has not arrived');
      return found;
    });

  it('tells a system what changed, signed as the standard says, and nothing about the person', async () => {
    const { id, secret } = await register('/signed', { units: ['brp'], resources: ['notice'] });
    const notice = await write();
    const { headers, body } = await arrived('/signed', notice);
    const signed = headers as Record<string, string>;
    expect(new Webhook(secret).verify(body, signed)).toMatchObject({
      type: 'liaison.changes',
      data: { items: [{ resource: 'notice', id: notice, kind: 'written', version: 1, unit: 'brp' }] },
    });
    expect(() => new Webhook(secret).verify(body.replace('brp', 'bpm'), signed)).toThrow();
    expect(body).not.toMatch(/Adeyemi|Princess/);
    expect((await find(id))?.deliveredAt).not.toBeNull();
  });

  it('tells that something was noted on a case, and not what', async () => {
    await register('/notes', { resources: ['note', 'assignment'] });
    const caseId = await write();
    const { body: note } = await officer
      .post(`/v1/cases/${caseId}/notes`)
      .set('Idempotency-Key', randomUUID())
      .send({ text: 'Comes on Tuesday.' })
      .expect(201);
    const { body } = await arrived('/notes', note.id);
    expect(JSON.parse(body)).toMatchObject({
      data: { items: [{ resource: 'note', id: note.id, kind: 'written', caseId }] },
    });
    expect(body).not.toContain('Tuesday');
  });

  it('sends nothing of other units than it is for', async () => {
    await register('/other', { units: ['bpm'] });
    await register('/all');
    const notice = await write();
    await arrived('/all', notice);
    const theirs = await police.as({ unit: 'bpm', roles: ['officer'] });
    const other = String((await theirs.post('/v1/notices').send({ content: aNotice() }).expect(201)).body.id);
    await arrived('/other', other);
    expect(messagesTo('/other').flatMap(idsIn)).toEqual([other]);
  });

  it('shows a secret once, to the same key again for a day, and never in a list, a log or a row', async () => {
    const key = randomUUID();
    const { id, secret } = await register('/secret', {}, key);
    expect(secret).toMatch(/^whsec_/);
    expect(await register('/secret', {}, key)).toEqual({ id, secret });
    const list = await operator.get('/v1/webhooks').expect(200);
    expect(list.text).not.toContain('whsec_');
    expect(police.logLines.join('')).not.toContain(secret.slice(6));
    const rows = await police.database.owner.query<object[]>(
      'SELECT w::text FROM casework.webhook w UNION ALL SELECT k::text FROM idempotency_key k',
    );
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6));
    await police.database.owner.query(`UPDATE idempotency_key SET created_at = now() - interval '25 hours'`);
    await police.app.get(ForgetAnswersSweep).sweep();
    const another = await register('/secret', {}, key);
    expect(another.id).not.toBe(id);
    expect(another.secret).not.toBe(secret);
  });

  it('signs with both secrets after a rotation', async () => {
    const { id, secret } = await register('/rotated');
    const { body } = await act(id, 'rotate-secret').expect(200);
    expect(body.secret).not.toBe(secret);
    const { headers, body: sent } = await arrived('/rotated', await write());
    for (const each of [secret, body.secret as string]) {
      expect(() => new Webhook(each).verify(sent, headers as Record<string, string>)).not.toThrow();
    }
    expect((await find(id))?.formerSecretUntil).not.toBeNull();
  });

  it('tries again, the same message under the same id, and then goes on in order', async () => {
    answers.set('/failing', 500);
    const { id } = await register('/failing');
    const first = await write();
    const { headers } = await arrived('/failing', first);
    await eventually(async () =>
      expect(await find(id))?.toMatchObject({
        state: 'active',
        lastError: 'http-500',
        failingSince: expect.any(String),
      }),
    );
    const metrics = await police.anonymous().get('/metrics').expect(200);
    expect(metrics.text).toContain(`liaison_webhook_failing_seconds{webhook="${id}"}`);
    const second = await write();
    answers.delete('/failing');
    await act(id, 'resume').expect(200);
    await arrived('/failing', second);
    const ids = messagesTo('/failing').map((message) => [message.headers['webhook-id'], idsIn(message)[0]]);
    expect(ids[0]).toEqual([headers['webhook-id'], first]);
    expect(ids.at(-2)).toEqual([headers['webhook-id'], first]);
    expect(ids.at(-1)?.[1]).toBe(second);
    expect(await find(id))?.toMatchObject({ lastError: null, failingSince: null });
  });

  it('gives up after its time, says so, and goes on where it stopped when it is resumed', async () => {
    answers.set('/given-up', 302);
    const { id } = await register('/given-up');
    const notice = await write();
    await eventually(async () => expect(await find(id))?.toMatchObject({ lastError: 'http-302' }));
    await police.database.owner.query(
      `UPDATE casework.webhook SET failing_since = now() - interval '80 hours', next_at = now() WHERE id = $1`,
      [id],
    );
    await eventually(async () =>
      expect(await find(id))?.toMatchObject({ state: 'disabled', reason: 'unreachable' }),
    );
    expect((await police.anonymous().get('/metrics')).text).toContain('liaison_webhooks{state="disabled"} 1');
    answers.delete('/given-up');
    const before = messagesTo('/given-up').length;
    await act(id, 'resume').expect(200);
    await eventually(() => expect(messagesTo('/given-up').length).toBeGreaterThan(before));
    expect(idsIn(messagesTo('/given-up').at(-1) as Message)).toEqual([notice]);
  });

  it('is disabled at once by a system that says it is gone', async () => {
    answers.set('/gone', 410);
    const { id } = await register('/gone');
    await write();
    await eventually(async () =>
      expect(await find(id))?.toMatchObject({ state: 'disabled', reason: 'gone' }),
    );
    await operator.delete(`/v1/webhooks/${id}`).expect(204);
  });

  it('sends nothing while it is paused, and what changed meanwhile when it is resumed', async () => {
    const { id } = await register('/paused');
    await act(id, 'pause').expect(200);
    await register('/awake');
    const notice = await write();
    await arrived('/awake', notice);
    expect(messagesTo('/paused')).toEqual([]);
    await act(id, 'resume').expect(200);
    await arrived('/paused', notice);
  });

  it('says that something was missed when the feed no longer has it', async () => {
    const { id } = await register('/missed');
    await act(id, 'pause').expect(200);
    await police.database.owner.query(
      `INSERT INTO casework.change_horizon
       SELECT epoch, pg_snapshot_xmin(pg_current_snapshot()), 1 FROM messaging.agency_state`,
    );
    await act(id, 'resume').expect(200);
    const message = await eventually(() => {
      const [first] = messagesTo('/missed');
      if (!first) throw new Error('nothing yet');
      return first;
    });
    expect(JSON.parse(message.body)).toMatchObject({ type: 'liaison.changes.missed', data: {} });
    await police.database.owner.query('DELETE FROM casework.change_horizon');
    await arrived('/missed', await write());
  });

  it('answers a test with how it went', async () => {
    const { id } = await register('/test');
    expect((await act(id, 'test').expect(200)).body).toEqual({ delivered: true, status: 204, error: null });
    answers.set('/test', 503);
    expect((await act(id, 'test').expect(200)).body).toEqual({
      delivered: false,
      status: 503,
      error: 'http-503',
    });
    answers.delete('/test');
    await operator.delete(`/v1/webhooks/${id}`).expect(204);
    await operator.delete(`/v1/webhooks/${id}`).expect(404);
    await act(id, 'pause').expect(404);
  });

  it.each([
    ['http://10.0.0.1/', 422],
    ['https://[fd00::1]/', 422],
    ['https://user:word@example.org/', 422],
    ['nonsense', 422],
    [`https://example.org/${'a'.repeat(2000)}`, 400],
  ])('refuses the address %s', async (url, status) => {
    const { body } = await operator
      .post('/v1/webhooks')
      .set('Idempotency-Key', randomUUID())
      .send({ url })
      .expect(status);
    expect(body.code).toBe(status === 422 ? 'webhook-target-refused' : 'invalid-request');
  });
});
