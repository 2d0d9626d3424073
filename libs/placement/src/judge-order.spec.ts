import fc from 'fast-check';
import { after, refusal } from './machines.test';
import { contradictionsOf, decideJudgeOrder, evolveJudgeOrder, type JudgeOrderCommand } from './judge-order';
import { type Needs, rankPlaces } from './matching';
import { world } from './matching.test';

const machine = { decide: decideJudgeOrder, evolve: evolveJudgeOrder };
const needs: Needs = { children: [], exploitation: ['75'], secure: 'not-needed', avoided: [] };
const receive = (departement?: string): JudgeOrderCommand => ({
  type: 'receive',
  says: { ...(departement !== undefined && { departement }) },
});

describe('an order of a judge', () => {
  it('is received once, obeyed as often as a shelter declines, and not once it is taken back', () => {
    const obey: JudgeOrderCommand = { type: 'obey', needs };
    expect(after(machine, [receive('75'), obey, obey])).toMatchObject({ state: 'obeyed', version: 3 });
    expect(() => after(machine, [receive(), receive()])).toThrow(refusal('order-exists'));
    expect(() => after(machine, [obey])).toThrow(refusal('order-not-found'));
    expect(() => after(machine, [receive(), { type: 'take-back' }, obey])).toThrow(
      refusal('order-taken-back'),
    );
  });

  it('cannot be executed until it is, and is lifted for good: nothing is done by it any more', () => {
    const obey: JudgeOrderCommand = { type: 'obey', needs };
    const cannot: JudgeOrderCommand = { type: 'cannot-execute' };
    const lift: JudgeOrderCommand = { type: 'lift' };
    expect(after(machine, [receive(), cannot])).toMatchObject({ state: 'not-executed', version: 2 });
    expect(() => after(machine, [receive(), cannot, cannot])).toThrow(refusal('order-not-executed'));
    expect(after(machine, [receive('75'), cannot, obey])).toMatchObject({
      state: 'obeyed',
      contradicts: ['departement', 'distance'],
    });
    expect(after(machine, [receive('75'), obey, lift])).toMatchObject({ state: 'lifted' });
    for (const late of [obey, cannot, lift]) {
      expect(() => after(machine, [receive(), lift, late])).toThrow(refusal('order-lifted'));
    }
    expect(after(machine, [receive(), lift, { type: 'take-back' }])).toMatchObject({ state: 'taken-back' });
  });

  it('contradicts R24 by its kind of place and R25 by its département, and nothing where it says neither', () => {
    expect(contradictionsOf({ departement: '75' }, needs)).toEqual(['departement', 'distance']);
    expect(contradictionsOf({ departement: '93' }, needs)).toEqual(['distance']);
    expect(contradictionsOf({ lodging: 'hotel' }, needs)).toEqual(['lodging']);
    expect(contradictionsOf({ departement: '13', lodging: 'registered-carer' }, needs)).toEqual([]);
    expect(contradictionsOf({}, needs)).toEqual([]);
  });

  it('in any world, sets aside no rule but those that it decides itself, and says each', () => {
    fc.assert(
      fc.property(world, fc.boolean(), fc.boolean(), ({ needs: wanted, places }, where, how) => {
        for (const place of places) {
          const [ranked] = rankPlaces(wanted, [place]);
          if (!ranked) throw new Error('a place has its rank');
          const says = {
            ...(where && { departement: place.departement }),
            ...(how && { lodging: place.lodging }),
          };
          const unmet = ranked.reasons
            .filter(({ required, outcome }) => required && outcome === 'unmet')
            .map(({ criterion }) => criterion);
          const own = [...(how ? ['lodging'] : []), ...(where ? ['departement', 'distance'] : [])];
          const obey = () =>
            decideJudgeOrder(
              { version: 1, state: 'received', says, contradicts: [] },
              { type: 'obey', needs: wanted, place: { is: place, ranked } },
            );
          if (unmet.every((criterion) => own.includes(criterion))) {
            expect(obey()).toEqual({ type: 'obeyed', contradicts: unmet });
          } else {
            expect(obey).toThrow(refusal('place-does-not-fit'));
          }
        }
      }),
    );
  });
});
