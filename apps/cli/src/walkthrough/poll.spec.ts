import { pollFor } from './poll';

it('tells between which two looks something came', async () => {
  const start = performance.now();
  let looks = 0;
  const seen = await pollFor('it comes', async () => (++looks === 3 ? 'here' : undefined));
  expect(seen.value).toBe('here');
  expect(seen.notBeforeMs).toBeGreaterThan(start);
  expect(seen.byMs).toBeGreaterThanOrEqual(seen.notBeforeMs ?? Infinity);
});

it('what the first look sees may have been there for long', async () => {
  expect((await pollFor('it is there', async () => 1)).notBeforeMs).toBeUndefined();
});

it('gives up, and says on what', async () => {
  const never = pollFor('it comes', async () => undefined, { withinMs: 30 });
  await expect(never).rejects.toMatchObject({
    code: 'walkthrough-failed',
    message: 'The walkthrough stopped: it comes within 0.03 s.',
  });
});
