import fc from 'fast-check';
import { type Child, type Needs, SECURE_NEEDS } from './matching';
import { type AgeBand, CHILD_SEXES, LODGINGS, type Place, SCHOOLINGS } from './place';

/** Neighbours, far ones, overseas, and one that no map has. */
export const SOME_DEPARTEMENTS = ['75', '93', '59', '13', '69', '42', '06', '2A', '29', '974', '99'] as const;

const departement = fc.constantFrom(...SOME_DEPARTEMENTS);
const languages = fc.subarray(['ro', 'rom', 'fr', 'yo', 'zh']);
const ages: fc.Arbitrary<AgeBand> = fc
  .tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const place = fc.record<Omit<Place, 'id'>>({
  lodging: fc.constantFrom(...LODGINGS),
  departement,
  free: fc.nat({ max: 4 }),
  ages,
  sexes: fc.subarray(['female', 'male']),
  languages,
  trainedStaff: fc.boolean(),
  secure: fc.boolean(),
  schooling: fc.subarray([...SCHOOLINGS]),
});

const child: fc.Arbitrary<Child> = fc.record(
  { ages, sex: fc.constantFrom(...CHILD_SEXES), languages, schooling: fc.constantFrom(...SCHOOLINGS) },
  { requiredKeys: ['ages', 'sex', 'languages'] },
);

export interface World {
  readonly needs: Needs;
  readonly places: readonly Place[];
}

/** Shelters with their places, hotels and full houses among them, and children who need some. */
export const world: fc.Arbitrary<World> = fc
  .record({
    places: fc.array(place, { maxLength: 25 }),
    children: fc.array(child, { minLength: 1, maxLength: 3 }),
    exploitation: fc.uniqueArray(departement, { maxLength: 3 }),
    secure: fc.constantFrom(...SECURE_NEEDS),
    avoided: fc.uniqueArray(fc.nat({ max: 24 }), { maxLength: 3 }),
    because: fc.constantFrom('known-to-network' as const, 'sibling-apart' as const),
  })
  .map(({ places, avoided, because, ...needs }) => ({
    places: places.map((each, index) => ({ ...each, id: `place-${index}` })),
    needs: { ...needs, avoided: avoided.map((index) => ({ place: `place-${index}`, because })) },
  }));
