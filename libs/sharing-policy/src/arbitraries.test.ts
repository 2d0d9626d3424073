import fc from 'fast-check';
import { conventionFile, event, ruleFile } from './samples.test';

/** Random conventions, floors and questions about the sample event, as files: for the properties beside. */

export const paths = event.fields.map(({ path }) => path);
const categories = [...new Set(event.fields.map(({ category }) => category))];

/** Few facts and relations, so that all requests about them can be asked. */
export const ASKED_FACTS = { age: ['minor', 'adult'], protectedAddress: [true, false] } as const;
export const ASKED_RELATIONS = ['competent', 'author'] as const;
export const ASKED_ROLES = ['desk', 'caseworker', 'operator'] as const;
export const ASKED_PURPOSES = ['care', 'residence'] as const;

const treatment = fc.oneof(
  fc.constantFrom('release', 'mask', 'withhold'),
  fc.constant({ treatment: 'release', readers: ['desk'] }),
);
const when = fc
  .record(
    {
      age: fc.subarray(['minor', 'adult', 'unknown'], { minLength: 1 }),
      protectedAddress: fc.subarray([true, false], { minLength: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((condition) => (Object.keys(condition).length === 0 ? undefined : condition));
const some = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
const rule = fc.record(
  {
    treatments: fc.record({
      categories: some(categories, treatment),
      fields: some(['name', 'account'], treatment),
    }),
    relation: fc.subarray([...ASKED_RELATIONS], { minLength: 1 }),
    readers: fc.constantFrom(['desk'], ['desk', 'caseworker']),
    when: when.filter((condition) => condition !== undefined),
    purposes: fc.constantFrom(['care'], ['residence']),
    obligations: fc.record({ 'keep-no-longer-than': fc.constantFrom('P1Y', 'P5Y') }),
  },
  { requiredKeys: ['treatments', 'readers'] },
);

export const smallConventions = fc
  .array(fc.array(rule, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 })
  .map((sets) =>
    sets.map((rules, index) =>
      conventionFile({
        id: `convention-${index}`,
        rules: rules.map((each, number) => ruleFile({ id: `rule-${number}`, ...each })),
      }),
    ),
  );

export const smallForbids = fc.array(
  fc
    .record(
      {
        withholds: fc.oneof(fc.constant('event'), fc.subarray(categories, { minLength: 1 })),
        unlessRelation: fc.constant(['competent']),
        when: when
          .filter((condition) => condition !== undefined)
          .map(({ age, ...rest }) => ({
            ...rest,
            ...(age
              ? {
                  age: age
                    .filter((value) => value !== 'unknown')
                    .concat('minor')
                    .slice(0, 1),
                }
              : {}),
          })),
      },
      { requiredKeys: ['withholds'] },
    )
    .map((file) => ({ events: ['*'], ...file })),
  { maxLength: 2 },
);
