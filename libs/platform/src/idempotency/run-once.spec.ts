import {
  createAgencyDatabase,
  eventually,
  testPostgres,
  type AgencyDatabase,
  type TestPostgres,
} from '@liaison/testing';
import type { DataSource } from 'typeorm';
import { sqlState } from '../database/database-errors';
import { checkIdempotencyKey } from './idempotency-key.decorator';
import { IdempotencyKey1763800000000 } from './idempotency-key.migration';
import {
  answersOnce,
  digestOfRequest,
  idempotencyScope,
  purgeIdempotencyKeys,
  runOnce,
  storedAnswer,
  type OnceResponse,
} from './run-once';

describe('runOnce', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  let serve: DataSource;
  let ran = 0;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(server, [IdempotencyKey1763800000000]);
    serve = database.serve;
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });
  beforeEach(() => {
    ran = 0;
  });

  const scope = idempotencyScope({ agency: 'police-75', pseudonym: 'p' }, 'POST /v1/notices');
  const answer = async (): Promise<OnceResponse<{ id: number }>> => ({ status: 201, body: { id: ++ran } });
  const send = (
    key: string,
    request: object,
    command = answer,
    at = scope,
  ): Promise<OnceResponse & { readonly replayed: boolean }> =>
    serve.transaction((manager) =>
      runOnce(manager, { key, scope: at, requestDigest: digestOfRequest(request) }, command),
    );

  it('runs once and then gives the same answer again', async () => {
    expect(await send('a', { x: 1, y: 2 })).toEqual({ status: 201, body: { id: 1 }, replayed: false });
    expect(await send('a', { y: 2, x: 1 })).toEqual({ status: 201, body: { id: 1 }, replayed: true });
    expect(ran).toBe(1);
  });

  it('refuses the key for another request', async () => {
    await send('b', { x: 1 });
    await expect(send('b', { x: 2 })).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(ran).toBe(1);
  });

  it('keeps callers, agencies and routes apart', async () => {
    await send('c', { x: 1 });
    for (const [agency, pseudonym, route] of [
      ['prefecture-75', 'p', 'POST /v1/notices'],
      ['police-75', 'q', 'POST /v1/notices'],
      ['police-75', 'p', 'POST /v1/opinions'],
    ] as const) {
      const other = await send('c', { x: 2 }, answer, idempotencyScope({ agency, pseudonym }, route));
      expect(other.replayed).toBe(false);
    }
  });

  it('forgets a key whose command failed', async () => {
    await expect(send('d', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await send('d', {})).toMatchObject({ body: { id: 1 }, replayed: false });
  });

  it('lets a second request wait for the first, then repeats its answer', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const first = send('e', {}, async () => {
      started();
      await held;
      return answer();
    });
    await running;
    const others = [send('e', {}), send('e', {})];
    await eventually(async () => (await waiting()) === 2);
    release();
    expect(await first).toMatchObject({ replayed: false });
    expect(await Promise.all(others)).toEqual(
      [1, 2].map(() => ({ status: 201, body: { id: 1 }, replayed: true })),
    );
    expect(ran).toBe(1);
  });

  it('lets the second run when the first fails', async () => {
    let fail = (): void => undefined;
    const held = new Promise<never>((_, reject) => (fail = () => reject(new Error('no'))));
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const first = send('f', {}, () => {
      started();
      return held;
    });
    const failed = expect(first).rejects.toThrow('no');
    await running;
    const second = send('f', {});
    await eventually(async () => (await waiting()) === 1);
    fail();
    await failed;
    expect(await second).toMatchObject({ body: { id: 1 }, replayed: false });
  });

  it('stores answers that are known before together with their keys, and says which keys are new', async () => {
    const command = (key: string, request: object, id: number) => ({
      once: { key, scope, requestDigest: digestOfRequest(request) },
      response: { status: 202, body: { id } },
    });
    const first = command('known', { x: 1 }, 7);
    const failed = serve.transaction(async (manager) => {
      await answersOnce(manager, [first]);
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    const commands = [
      command('later', {}, 6),
      first,
      command('earlier', {}, 8),
      command('known', { x: 2 }, 9),
    ];
    const fresh = await serve.transaction((manager) => answersOnce(manager, commands));
    expect(fresh).toEqual([true, true, true, false]);
    expect(await serve.transaction((manager) => answersOnce(manager, [first]))).toEqual([false]);
    expect(await storedAnswer(serve.manager, first.once)).toEqual({
      status: 202,
      body: { id: 7 },
      replayed: true,
    });
    const other = storedAnswer(serve.manager, command('known', { x: 2 }, 9).once);
    await expect(other).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('forgets keys after a day', async () => {
    await send('g', {});
    await database.owner.query(
      `UPDATE idempotency_key SET created_at = now() - interval '25 hours' WHERE key = 'g'`,
    );
    expect(await purgeIdempotencyKeys(serve.manager)).toBe(1);
    expect(await send('g', {})).toMatchObject({ replayed: false });
  });

  it('does not let the service change what a key stands for', async () => {
    const change = serve.query(`UPDATE idempotency_key SET request_digest = ''`);
    expect(sqlState(await change.catch((error: unknown) => error))).toBe('42501');
  });

  it('checks the header', () => {
    expect(checkIdempotencyKey('6f0c0c6a-50a5-4b35-8c1d-222222222222')).toHaveLength(36);
    for (const missing of [undefined, '']) {
      expect(() => checkIdempotencyKey(missing)).toThrow(
        expect.objectContaining({ code: 'idempotency-key-missing' }) as Error,
      );
    }
    for (const invalid of ['a b', 'é', 'a'.repeat(129)]) {
      expect(() => checkIdempotencyKey(invalid)).toThrow(
        expect.objectContaining({ code: 'idempotency-key-invalid' }) as Error,
      );
    }
  });

  /** Connections that wait for another transaction. */
  async function waiting(): Promise<number> {
    const [row] = await serve.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.count ?? 0;
  }
});
