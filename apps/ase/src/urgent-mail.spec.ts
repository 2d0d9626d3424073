import { REFERRAL_MADE } from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Agent } from 'supertest';
import { ASE } from './service';

const ON_CALL = 'astreinte@ase75.example';

interface Mail {
  readonly to: string[];
  readonly raw: string;
}

describe('mail that says that something urgent waits', () => {
  let world: AgencyWorld;
  let association: TestPeer;
  let ase: TestService;
  let caseworker: Agent;
  let operator: Agent;
  let server: SMTPServer;
  const mails: Mail[] = [];
  /** What the mail server answers to the next messages; absent: it takes them. */
  const refusals: number[] = [];

  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
          });
          const responseCode = refusals.shift();
          done(responseCode ? Object.assign(new Error('not now'), { responseCode }) : null);
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    world = await startAgencyWorld();
    association = await startPeer(world, 'asso-refuge');
    ase = await world.start({
      agencyId: 'ase-75',
      env: {
        DEFAULT_UNIT: 'mna',
        SMTP_URL: `smtp://127.0.0.1:${port}`,
        MAIL_FROM: 'liaison@ase75.example',
      },
      ...ASE,
    });
    caseworker = await ase.as({ unit: 'mna', roles: ['caseworker'] });
    operator = await ase.as({ unit: 'operations', roles: ['operator'] });
  });
  afterAll(async () => {
    await world.stop();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const register = (url: string) =>
    operator.post('/v1/webhooks').set('Idempotency-Key', randomUUID()).send({ url });
  const mailsNow = (expected: number) =>
    eventually(() => {
      expect(mails).toHaveLength(expected);
      return mails.at(-1)?.raw ?? '';
    });
  const messageId = (raw: string) => /^Message-ID: (.*)$/m.exec(raw)?.[1];

  /** A referral that has come: its id, and the case it is in. */
  async function receive(): Promise<{ readonly id: string; readonly caseId: string }> {
    const reference = await association.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals?limit=200').expect(200);
      const items = body.items as { reference: string; id: string; caseId: string }[];
      const found = items.find((each) => each.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  }

  it('goes out for a referral, once, and says nothing of it', async () => {
    const { body } = await register(`mailto:${ON_CALL}`).expect(201);
    expect(body.secret).toBeNull();
    const { body: tried } = await operator
      .post(`/v1/webhooks/${body.id}/test`)
      .set('Idempotency-Key', randomUUID())
      .expect(200);
    expect(tried).toEqual({ delivered: true, status: 250, error: null });
    expect(await mailsNow(1)).toMatch(/^Subject: Liaison ase-75 : essai/m);

    refusals.push(451);
    const { id, caseId } = await receive();
    const refused = await mailsNow(2);
    await eventually(async () => {
      const { body: list } = await operator.get('/v1/webhooks').expect(200);
      expect(list.items).toMatchObject([{ urgent: true, lastError: 'smtp-451', state: 'active' }]);
    });
    await operator.post(`/v1/webhooks/${body.id}/resume`).set('Idempotency-Key', randomUUID()).expect(200);
    const raw = await mailsNow(3);
    expect(messageId(raw)).toBe(messageId(refused));
    expect(raw).toMatch(/^Subject: Liaison ase-75 : urgent/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(mails.at(-1)?.to).toEqual([ON_CALL]);
    for (const told of [id, caseId, 'referral', 'Okafor', 'mna']) expect(raw).not.toContain(told);

    // What can wait sends nothing, and a second urgent thing has to wait for its minute.
    await caseworker
      .post(`/v1/cases/${caseId}/notes`)
      .set('Idempotency-Key', randomUUID())
      .send({ text: 'Comes on Tuesday.' })
      .expect(201);
    await receive();
    const place = () =>
      ase.database.owner.query<{ waits: boolean }[]>(
        `SELECT next_at > clock_timestamp() + interval '30 seconds' AS waits FROM casework.webhook`,
      );
    expect(await place()).toEqual([{ waits: true }]);
    await ase.database.owner.query('UPDATE casework.webhook SET next_at = now()');
    expect(messageId(await mailsNow(4))).not.toBe(messageId(raw));
    expect(ase.logLines.join('\n')).not.toContain(ON_CALL);
  });

  it('has no secret to change', async () => {
    const { body } = await register(`mailto:second@ase75.example`).expect(201);
    const { body: problem } = await operator
      .post(`/v1/webhooks/${body.id}/rotate-secret`)
      .set('Idempotency-Key', randomUUID())
      .expect(409);
    expect(problem.code).toBe('webhook-without-secret');
  });

  it.each([
    'mailto:',
    'mailto:nobody',
    'mailto:100%@ase75.example',
    'mailto:a@ase75.example,b@ase75.example',
    'mailto:a@ase75.example?bcc=b@else.example',
    'mailto:a@ase75.example%0d%0aBcc:b@else.example',
  ])('does not go to %s', async (url) => {
    const { body } = await register(url).expect(422);
    expect(body.code).toBe('webhook-target-refused');
  });
});
