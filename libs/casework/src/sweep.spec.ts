import type { Logger } from '@liaison/platform';
import { oneByOne, Sweep } from './sweep';

/** Sees what there is when its round begins, and tells it when it is let. */
class Seeing extends Sweep {
  readonly seen: number[] = [];
  private go: (() => void)[] = [];

  constructor(
    private readonly world: { value: number },
    logger: Partial<Logger> = {},
  ) {
    super(logger as Logger, 60_000, 'it could not be looked at');
  }

  protected async round(): Promise<void> {
    const { value } = this.world;
    await new Promise<void>((resolve) => this.go.push(resolve));
    if (value < 0) throw new Error('negative');
    this.seen.push(value);
  }

  letGo(): void {
    for (const each of this.go.splice(0)) each();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('sees what there was when it was asked for, though an earlier round was under way', async () => {
  const world = { value: 1 };
  const sweep = new Seeing(world);
  const first = sweep.sweep();
  await settled();
  world.value = 2;
  const second = Promise.all([sweep.sweep(), sweep.sweep()]);
  sweep.letGo();
  await first;
  await settled();
  sweep.letGo();
  await second;
  // And two who ask meanwhile are served by one.
  expect(sweep.seen).toEqual([1, 2]);
});

it('says that a round failed, and goes on with the next', async () => {
  const world = { value: -1 };
  const warn = jest.fn();
  const sweep = new Seeing(world, { warn });
  const failing = sweep.sweep();
  await settled();
  sweep.letGo();
  await failing;
  expect(warn).toHaveBeenCalledWith(
    { err: expect.objectContaining({ message: 'negative' }) as unknown },
    'it could not be looked at',
  );
  world.value = 3;
  const next = sweep.sweep();
  await settled();
  sweep.letGo();
  await next;
  expect(sweep.seen).toEqual([3]);
});

it('looks at each by itself: one that fails is said, and keeps none of the others', async () => {
  const failed: unknown[] = [];
  const lanes = await oneByOne(
    [1, 2, 3, 3],
    (one) => (one === 2 ? Promise.reject(new Error('second')) : Promise.resolve([one])),
    (error) => failed.push(error),
  );
  expect(lanes).toEqual([1, 3]);
  expect(failed).toEqual([new Error('second')]);
});
