import { type AgencyDatabase, copyAgencyDatabase, type TestPostgres, testPostgres } from '@liaison/testing';
import { transact, type Transaction } from './transaction';

describe('transact', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server);
    await database.owner.query('CREATE TABLE public.kept (id int PRIMARY KEY)');
  });
  beforeEach(() => database.owner.query('TRUNCATE public.kept'));
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  const kept = async () =>
    (await database.owner.query<{ id: number }[]>('SELECT id FROM public.kept ORDER BY id')).map(
      ({ id }) => id,
    );
  const INSERT = 'INSERT INTO public.kept VALUES ($1)';

  it('commits what was sent together; each statement sees what those before it did', async () => {
    const counted = await transact(database.owner, async (transaction) => {
      const [, , [row]] = await Promise.all([
        transaction.query(INSERT, [1]),
        transaction.query(INSERT, [2]),
        transaction.query<{ count: string }[]>('SELECT count(*) FROM public.kept'),
      ]);
      await Promise.all([transaction.query(INSERT, [3]), transaction.commit()]);
      return Number(row?.count);
    });
    expect(counted).toBe(2);
    expect(await kept()).toEqual([1, 2, 3]);
  });

  it('keeps nothing when one of those that travel with COMMIT fails, and says which failure it was', async () => {
    const attempt = transact(database.owner, async (transaction) => {
      await Promise.all([
        transaction.query(INSERT, [1]),
        transaction.query(INSERT, [1]),
        transaction.query(INSERT, [2]),
        transaction.commit(),
      ]);
    });
    await expect(attempt).rejects.toMatchObject({ code: '23505' });
    expect(await kept()).toEqual([]);
  });

  it('does not take a transaction for committed of which a statement failed that nobody waited for', async () => {
    const attempt = transact(database.owner, async (transaction) => {
      await transaction.query(INSERT, [1]);
      transaction.query(INSERT, [1]).catch(() => undefined);
    });
    await expect(attempt).rejects.toThrow('rolled back');
    expect(await kept()).toEqual([]);
  });

  it('sends nothing after its end, when its connection may be another’s', async () => {
    let escaped: Transaction | undefined;
    const attempt = transact(database.owner, async (transaction) => {
      escaped = transaction;
      await transaction.query('SELECT 1 / 0');
    });
    await expect(attempt).rejects.toMatchObject({ code: '22012' });
    await expect(escaped?.query(INSERT, [1])).rejects.toThrow('after the end');
    const committed = transact(database.owner, (transaction) =>
      Promise.all([transaction.commit(), transaction.query(INSERT, [2])]),
    );
    await expect(committed).rejects.toThrow('after the end');
    expect(await kept()).toEqual([]);
  });

  it('rolls back when its work fails, and the connection serves the next one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const attempt = transact(database.owner, async (transaction) => {
        await transaction.query(INSERT, [1]);
        throw new Error('not today');
      });
      await expect(attempt).rejects.toThrow('not today');
    }
    await transact(database.owner, (transaction) => transaction.query(INSERT, [4]));
    expect(await kept()).toEqual([4]);
  });

  it('is what a handler’s manager works in, and a transaction within is a savepoint', async () => {
    await transact(database.owner, async ({ manager }) => {
      await manager.query(INSERT, [1]);
      const nested = manager.transaction(async (inner) => {
        await inner.query(INSERT, [2]);
        throw new Error('undone');
      });
      await expect(nested).rejects.toThrow('undone');
      await manager.transaction((inner) => inner.query(INSERT, [3]));
      expect(await kept()).toEqual([]);
    });
    expect(await kept()).toEqual([1, 3]);
  });
});
