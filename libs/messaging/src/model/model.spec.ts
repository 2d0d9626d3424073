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
      // Whether what a restored backup has in its queue had left, nobody at the sender can know: `reconcile` tells.
      const known = world.sender.state.accepted.filter(({ inDoubt }) => inDoubt !== true);
      const forbidden = known.filter((event) => event.forbidden).map(({ id }) => id);
      expect(standing(world).filter(({ id }) => forbidden.includes(id))).toEqual([]);
    });
  });

  it('promise 2: everything that may leave is applied or shown as parked, or waits for one that is; nothing is twice', () => {
    always((world) => {
      const { inbox } = world.recipient.state;
      const parked = [...inbox.values()].filter(({ state }) => state === 'parked');
      const { state, everForbidden } = world.sender;
      // What a restored backup does not know was applied all the same, and nobody can ask for it again.
      const allowed = state.accepted.filter(({ id }) => !everForbidden.has(id));
      const expected = allowed.filter(({ id, stream, kind }) => {
        const { sequence = 0, epoch, superseded } = inbox.get(`sender/${id}`) ?? {};
        // Both sides restored: numbers of an ended epoch are parked, and people redrive them.
        if (superseded) return false;
        const held = parked.some(
          (row) => row.stream === stream && row.epoch === epoch && (row.sequence ?? 0) < sequence,
        );
        return kind === 'urgent' || (kind === 'plain' && !held);
      });
      const remembered = new Set(allowed.map(({ id }) => id));
      const applied = standing(world).flatMap(({ id }) => (remembered.has(id) ? id : []));
      expect(new Set(standing(world).map(({ id }) => id)).size).toBe(standing(world).length);
      expect([...applied].sort()).toEqual(expected.map(({ id }) => id).sort());
    });
  });

  it('promise 2: the events of a case are applied in its order, but for those that must not wait', () => {
    always((world) => {
      const { state, everForbidden } = world.sender;
      const order = state.accepted.flatMap(({ id, kind }) =>
        kind === 'plain' && !everForbidden.has(id) ? id : [],
      );
      const ofCase = new Map<string, number>();
      for (const { stream, id } of standing(world)) {
        const place = order.indexOf(id);
        if (place < 0) continue;
        expect(place).toBeGreaterThan(ofCase.get(stream) ?? -1);
        ofCase.set(stream, place);
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
      const { epoch } = world.sender.state;
      expect(world.recipient.gapRequests().filter((request) => request.epoch === epoch)).toEqual([]);
      expect(world.recipient.state.incidents).toEqual([]);
      expect([...world.sender.state.voids.values()].filter(({ found }) => found === undefined)).toEqual([]);
    });
  });
});
