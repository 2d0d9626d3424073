import {
  type AgencyDatabase,
  crashAt,
  crashLine,
  copyAgencyDatabase,
  eventually,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AGENCY_MIGRATIONS } from '../agency/start-agency-service';
import { Mailer } from './mailer';
import { WebhookSecrets } from './webhook-secret';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-target';

const EPOCH = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
const KEY = 'secrets of the webhooks of the tests, long enough';
const HOOK = join(__dirname, '..', '..', '..', 'testing', 'src', 'ts-hook.cjs');

describe('a process that sends webhooks', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  let receiver: Server;
  let url: string;
  const received: { readonly id: string; readonly body: string }[] = [];

  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server, AGENCY_MIGRATIONS);
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ id: String(request.headers['webhook-id']), body });
        response.writeHead(204).end();
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await database.owner.query(
      `INSERT INTO casework.webhook (id, url, state, generation, created_by, created_at, epoch, xid, change_id)
       VALUES (gen_random_uuid(), $1, 'active', 1, 'a', now(), $2, '0', 0)`,
      [url, EPOCH],
    );
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    receiver.close();
  });

  const change = async () => {
    const id = randomUUID();
    await database.owner.query(
      `INSERT INTO casework.change (epoch, resource, resource_id, kind, unit) VALUES ($1, 'notice', $2, 'issued', 'brp')`,
      [EPOCH, id],
    );
    return id;
  };

  it('is killed between sending and marking: the same message goes out again, and then the next', async () => {
    const first = await change();
    const stage = { stage: 'notified' } as const;
    const child = spawn(
      process.execPath,
      [
        '--conditions=@liaison/source',
        '--require',
        HOOK,
        join(__dirname, 'webhook-sender.child.ts'),
        database.ingestUrl,
        EPOCH,
        KEY,
      ],
      { env: { ...process.env, ...crashAt(stage) }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    expect(output).toContain(crashLine(stage));
    expect(received.map(({ body }) => body.includes(first))).toEqual([true]);

    const sender = new WebhookSender({
      database: database.ingest,
      epoch: EPOCH,
      secrets: new WebhookSecrets(KEY),
      targets: new WebhookTargets({ allowHttp: true, privateNetworks: ['127.0.0.0/8'] }),
      mailer: new Mailer({ agency: 'police-75', allowPlain: true }),
      logger: { warn: () => undefined },
      giveUpHours: 72,
    });
    const second = await change();
    await sender.send();
    // The lease of the dead still holds.
    expect(received).toHaveLength(1);
    await database.owner.query(`UPDATE casework.webhook SET lease_until = clock_timestamp()`);
    await eventually(async () => {
      await sender.send();
      expect(received).toHaveLength(3);
    });
    expect(received[1]).toEqual(received[0]);
    expect(received[2]?.id).not.toBe(received[0]?.id);
    expect(received[2]?.body).toContain(second);
    await sender.send();
    expect(received).toHaveLength(3);
  });
});
