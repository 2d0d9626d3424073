import { AppError } from '@liaison/kernel';
import { Together } from './together';

/** Runs that a test ends itself. */
function runsByHand() {
  const groups: { readonly items: readonly number[]; end(error?: Error): void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<string[]>((resolve, reject) => {
      const end = (error?: Error) =>
        error === undefined ? resolve(items.map((item) => `done ${item}`)) : reject(error);
      groups.push({ items, end });
    });
  return { groups, run };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('steps of several lanes', () => {
  it('go at once and alone where nothing runs; what comes meanwhile goes together, and each gets its own answer', async () => {
    const { groups, run } = runsByHand();
    const together = new Together(run, { atOnce: 2, most: 3 });
    const answers = [1, 2, 3, 4, 5, 6].map((item) => together.ask(item));
    expect(groups.map(({ items }) => items)).toEqual([[1], [2]]);
    groups[0]?.end();
    await settled();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2], [3, 4, 5]]);
    groups[1]?.end();
    await settled();
    groups.slice(2).forEach(({ end }) => end());
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6].map((item) => `done ${item}`));
    expect(groups.at(-1)?.items).toEqual([6]);
  });

  it('fail alone for what they contain', async () => {
    const together = new Together<number, number>(
      (items) => (items.includes(3) ? Promise.reject(new Error('three')) : Promise.resolve([...items])),
      { atOnce: 1, most: 10 },
    );
    const answers = await Promise.allSettled([1, 2, 3, 4].map((item) => together.ask(item)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('fail together when the database is away: nobody asks it one by one', async () => {
    let runs = 0;
    const together = new Together<number, number>(
      () => {
        runs += 1;
        return Promise.reject(new AppError('database-away', '', { retriable: true }));
      },
      { atOnce: 1, most: 10 },
    );
    const answers = await Promise.allSettled([1, 2, 3, 4].map((item) => together.ask(item)));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(runs).toBe(2);
  });
});
