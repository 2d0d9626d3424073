import fc from 'fast-check';
import { type Happening, HAPPENINGS, World } from './world.test';

/** `npm run model` sets it: millions of steps. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 500);
const STEPS = 60;

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  which: fc.nat(11),
  how: fc.nat(11),
});

function after(happenings: readonly Happening[]): World {
  const world = new World();
  for (const each of happenings) world.happen(each);
  world.calm();
  return world;
}

const always = (holds: (world: World) => void) => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: STEPS, size: 'max' }), (happenings) =>
      holds(after(happenings)),
    ),
    { numRuns: RUNS },
  );
};

const standing = ({ recipient: { state } }: World) =>
  state.applied.filter(({ id }) => !id.startsWith('void of ') && !state.undone.includes(id));

describe('whatever is lost, repeated, delayed, killed or restored', () => {
  it('promise 1: nothing is published once its permission has ended, and what had left is taken back', () => {
    always((world) => {
      expect(world.leaked).toEqual([]);
      const forbidden = world.sender.state.accepted.filter((event) => event.forbidden).map(({ id }) => id);
      expect(standing(world).filter(({ id }) => forbidden.includes(id))).toEqual([]);
    });
  });

  it('promise 2: everything that may leave is applied or shown as parked, or waits for one that is; nothing is twice', () => {
    always((world) => {
      const { inbox } = world.recipient.state;
      const parked = [...inbox.values()].filter(({ state }) => state === 'parked');
      const expected = world.sender.state.accepted.filter(({ id, stream, kind, forbidden }) => {
        const sequence = inbox.get(`sender/${id}`)?.sequence ?? 0;
        const held = parked.some((row) => row.stream === stream && (row.sequence ?? 0) < sequence);
        return !forbidden && kind !== 'faulty' && (kind === 'urgent' || !held);
      });
      const applied = standing(world).map(({ id }) => id);
      expect([...applied].sort()).toEqual(expected.map(({ id }) => id).sort());
    });
  });

  it('promise 2: the events of a case are applied in its order, but for those that must not wait', () => {
    always((world) => {
      const inOrder = new Map<string, number>();
      for (const { stream, sequence, id } of standing(world)) {
        if (id.startsWith('urgent')) continue;
        expect(sequence).toBeGreaterThan(inOrder.get(stream) ?? 0);
        inOrder.set(stream, sequence);
      }
    });
  });

  it('promise 3: each event that was applied has one record of receipt, under the disclosure it came with', () => {
    always((world) => {
      const { applied, records, inbox } = world.recipient.state;
      expect(records).toEqual(applied.map(({ id }) => `sender/${id}`));
      for (const { id } of standing(world))
        expect(inbox.get(`sender/${id}`)?.disclosure).toBe(`record of ${id}`);
    });
  });

  it('nothing is left over: no hole, no incident, no void that nobody has spoken of', () => {
    always((world) => {
      expect(world.recipient.gapRequests()).toEqual([]);
      expect(world.recipient.state.incidents).toEqual([]);
      expect([...world.sender.state.voids.values()].filter(({ found }) => found === undefined)).toEqual([]);
    });
  });
});
