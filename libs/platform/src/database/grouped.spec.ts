import { Grouped } from './grouped';

/** Groups as they ran; each run ends when it is told to. */
function recorded(failing: (items: readonly number[]) => Error | undefined = () => undefined) {
  const groups: number[][] = [];
  const ends: (() => void)[] = [];
  const grouped = new Grouped<number, string>(async (items) => {
    groups.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    const failure = failing(items);
    if (failure) throw failure;
    return items.map((item) => `done ${item}`);
  }, 3);
  const finish = async (): Promise<void> => {
    while (ends.length > 0) {
      ends.shift()?.();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
  };
  return { groups, grouped, finish };
}

it('runs the first alone and at once, then what came meanwhile together, at most so many', async () => {
  const { groups, grouped, finish } = recorded();
  const results = [1, 2, 3, 4, 5].map((item) => grouped.submit('a', item));
  expect(groups).toEqual([[1]]);
  await finish();
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
});

it('keeps keys apart', async () => {
  const { groups, grouped, finish } = recorded();
  const results = [
    grouped.submit('a', 1),
    grouped.submit('b', 2),
    grouped.submit('a', 3),
    grouped.submit('b', 4),
  ];
  await finish();
  await Promise.all(results);
  expect(groups).toEqual([[1], [2], [3], [4]]);
});

it('one that fails for what it is fails alone', async () => {
  const { groups, grouped, finish } = recorded((items) =>
    items.includes(3) ? new Error('three') : undefined,
  );
  const results = Promise.allSettled([1, 2, 3, 4].map((item) => grouped.submit('a', item)));
  await finish();
  expect((await results).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(groups).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
});

it('a database that is away is not asked again for each', async () => {
  const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const { groups, grouped, finish } = recorded(() => away);
  const results = Promise.allSettled([1, 2, 3].map((item) => grouped.submit('a', item)));
  await finish();
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(groups).toEqual([[1], [2, 3]]);
});
