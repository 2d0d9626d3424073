import fc from 'fast-check';
import { compilePolicy } from './policy';
import { project } from './project';
import { GENERALISATIONS, type Decision, type DecisionRequest } from './model';
import {
  convention,
  conventionFile,
  event,
  EVENT,
  facts,
  payload,
  request,
  ruleFile,
  sha256,
  signedConvention,
  statute,
} from './samples.test';
import { openness } from './treatments';
import { FACTS, type FactName } from './vocabulary';

const paths = event.fields.map(({ path }) => path);
const categories = [...new Set(event.fields.map(({ category }) => category))];

const treatment = fc.oneof(
  fc.constantFrom('release', 'mask', 'withhold'),
  fc.record({ generalise: fc.constantFrom(...GENERALISATIONS) }),
  fc.constant({ treatment: 'release', readers: ['desk'] }),
);
/** Facts of each sort; all of them would only make every property slow. */
const SOME_FACTS = ['age', 'protectedAddress', 'consent', 'danger'] as const satisfies readonly FactName[];
const factEntries = SOME_FACTS.map((name) => [name, FACTS[name]] as const);
const when = fc.record(
  Object.fromEntries(
    factEntries.map(([fact, { values }]) => [
      fact,
      fc.subarray([...values] as (string | boolean)[], { minLength: 1 }),
    ]),
  ),
  { requiredKeys: [] },
);
const some = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
const rule = fc
  .record({
    treatments: fc.record({ categories: some(categories, treatment), fields: some(paths, treatment) }),
    relation: fc.option(fc.constantFrom(['competent'], ['competent', 'author']), { nil: undefined }),
    readers: fc.constantFrom(['desk'], ['desk', 'caseworker']),
    when: fc.option(when, { nil: undefined }),
    purposes: fc.option(fc.constantFrom(['care'], ['residence']), { nil: undefined }),
  })
  .map(({ when: condition, ...rest }) => ({
    ...rest,
    ...(condition && Object.keys(condition).length > 0 ? { when: condition } : {}),
  }));
const rules = fc
  .array(rule, { minLength: 1, maxLength: 4 })
  .map((files) => files.map((file, index) => ruleFile({ id: `rule-${index}`, ...file })));
const conventions = fc
  .array(rules, { minLength: 1, maxLength: 3 })
  .map((sets) => sets.map((set, index) => conventionFile({ id: `convention-${index}`, rules: set })));
const forbid = fc
  .record({
    withholds: fc.oneof(fc.constant('event'), fc.subarray(categories, { minLength: 1 })),
    unlessRelation: fc.option(fc.constant(['competent']), { nil: undefined }),
    when: fc.option(
      when.filter((condition) => Object.keys(condition).length > 0),
      { nil: undefined },
    ),
  })
  .map((file) => ({ events: ['*'], ...file }));
const forbids = fc.array(forbid, { maxLength: 2 });
const knownFacts = fc.record(
  Object.fromEntries(
    factEntries.map(([fact, { values }]) => [fact, fc.constantFrom<string | boolean>(...values)]),
  ),
  { requiredKeys: [] },
);
const asked = fc
  .record({
    operation: fc.constantFrom('release' as const, 'receipt' as const, 'read' as const),
    role: fc.constantFrom('desk', 'caseworker', 'operator'),
    purpose: fc.constantFrom('care', 'residence'),
    relation: fc.subarray(['competent', 'author']),
    given: knownFacts,
  })
  .map(({ given, ...rest }): DecisionRequest => request({ ...rest, facts: facts(given) }));

function policyOf(files: readonly ReturnType<typeof conventionFile>[], floors: readonly object[] = []) {
  return compilePolicy({
    conventions: files.map((file) => signedConvention(file)),
    statutory: floors.map((each, index) => statute({ id: `R${90 + index}`, forbids: [each] })),
    events: [event],
    sha256,
  });
}

/** The fields that show more in `narrow` than in `wide`. */
function widened(narrow: Decision, wide: Decision): string[] {
  const opennessOf = ({ fields }: Decision, path: string) =>
    openness(fields[path] ?? { treatment: 'withhold' });
  return paths.filter((path) => opennessOf(narrow, path) > opennessOf(wide, path));
}

/** All strings in a value. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
function valuesAt(path: string): string[] {
  const at = (value: unknown, parts: readonly string[]): unknown =>
    Array.isArray(value)
      ? value.map((item) => at(item, parts))
      : parts.length === 0
        ? value
        : at((value as Record<string, unknown>)[parts[0] ?? ''], parts.slice(1));
  return leaves(at(payload, path.split('.')));
}

describe('default deny', () => {
  it('what no rule names is withheld', () => {
    fc.assert(
      fc.property(conventions, asked, (files, each) => {
        const named = files
          .flatMap((file) => file.rules)
          .map(({ treatments }) => treatments as { categories?: object; fields?: object });
        const { fields } = policyOf(files).decide(each);
        for (const { path, category } of event.fields) {
          const mentioned = named.some(
            (by) => path in (by.fields ?? {}) || category in (by.categories ?? {}),
          );
          if (!mentioned) expect(fields[path]?.treatment).toBe('withhold');
        }
      }),
    );
  });
});

it('adding a forbid never widens', () => {
  fc.assert(
    fc.property(conventions, forbids, forbid, asked, (files, floors, added, each) => {
      const without = policyOf(files, floors).decide(each);
      const withIt = policyOf(files, [...floors, added]).decide(each);
      expect(withIt.allowed && !without.allowed).toBe(false);
      // Who reads is not told the hidden facts: then it is the whole that may not show more, under one assignment.
      if (each.operation === 'read') expect(shown(withIt)).toBeLessThanOrEqual(shown(without));
      else expect(widened(withIt, without)).toEqual([]);
    }),
  );
});

it('an answer without its digest is the same answer', () => {
  fc.assert(
    fc.property(conventions, forbids, asked, (files, floors, each) => {
      const policy = policyOf(files, floors);
      const { at: _at, validUntil: _until, digest: _digest, ...answer } = policy.decide(each);
      expect(policy.answer(each)).toEqual(answer);
    }),
  );
});

function shown({ fields }: Decision): number {
  return Object.values(fields).reduce((sum, field) => sum + openness(field), 0);
}

it('the order of files and of rules does not matter', () => {
  fc.assert(
    fc.property(conventions, forbids, asked, (files, floors, each) => {
      const turned = files
        .map((file) => ({ ...file, rules: [...file.rules].reverse(), parties: [...file.parties].reverse() }))
        .reverse();
      const [a, b] = [policyOf(files, floors), policyOf(turned, floors)];
      expect(b.digest).toBe(a.digest);
      expect(b.decide(each)).toEqual(a.decide(each));
      expect(b.checkReceipt(each, payload)).toEqual(a.checkReceipt(each, payload));
    }),
  );
});

it('an unknown fact never shows more than any value of it', () => {
  fc.assert(
    fc.property(
      conventions,
      forbids,
      asked,
      fc.constantFrom<FactName>(...SOME_FACTS),
      (files, floors, each, name) => {
        fc.pre(each.operation !== 'read');
        const policy = policyOf(files, floors);
        const { [name]: _dropped, ...others } = each.facts;
        const unknown = policy.decide({ ...each, facts: others });
        for (const value of FACTS[name].values) {
          const known = policy.decide({ ...each, facts: { ...others, ...facts({ [name]: value }) } });
          expect(widened(unknown, known)).toEqual([]);
          expect(unknown.allowed && !known.allowed).toBe(false);
        }
      },
    ),
    { numRuns: 150 },
  );
});

it('what is withheld stands nowhere in the output, and projecting again changes nothing', () => {
  fc.assert(
    fc.property(conventions, forbids, asked, (files, floors, each) => {
      const decision = policyOf(files, floors).decide(each);
      const once = project(payload, decision, event);
      const bytes = JSON.stringify(once.data);
      const hidden = paths.filter((path) =>
        ['mask', 'withhold'].includes(decision.fields[path]?.treatment ?? ''),
      );
      expect(hidden.flatMap(valuesAt).filter((value) => bytes.includes(JSON.stringify(value)))).toEqual([]);
      expect(once.withheld).toEqual(expect.arrayContaining(hidden));
      expect(project(once.data, decision, event).data).toEqual(once.data);
    }),
    { numRuns: 150 },
  );
});

describe('the receipt', () => {
  it('of an honest projection is never over-sharing, whatever the recipient does not know', () => {
    fc.assert(
      fc.property(
        conventions,
        forbids,
        asked,
        fc.subarray<string>([...SOME_FACTS]),
        (files, floors, each, hidden) => {
          const policy = policyOf(files, floors);
          const decision = policy.decide({ ...each, operation: 'release' });
          fc.pre(decision.allowed);
          const { data } = project(payload, decision, event);
          const told = Object.fromEntries(
            Object.entries(each.facts).filter(([name]) => !hidden.includes(name)),
          );
          const check = policy.checkReceipt({ ...each, operation: 'receipt', facts: told }, data);
          expect(check.overShared).toEqual([]);
          expect(check.decision.allowed).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('with one withheld field more always is, where nothing is hidden', () => {
    fc.assert(
      fc.property(conventions, forbids, asked, fc.constantFrom(...paths), (files, floors, each, path) => {
        const policy = policyOf(files, floors);
        const first = Object.fromEntries(factEntries.map(([name, { values }]) => [name, values[0]]));
        const all = { ...facts(first), ...each.facts };
        const known = { ...each, facts: all, operation: 'receipt' as const };
        const decision = policy.decide(known);
        fc.pre(
          decision.fields[path]?.treatment === 'withhold' || decision.fields[path]?.treatment === 'mask',
        );
        const { data } = project(payload, decision, event);
        const only = project(
          payload,
          {
            ...decision,
            allowed: true,
            fields: { [path]: { treatment: 'release', rules: [], articles: [] } },
          },
          event,
        ).data;
        expect(policy.checkReceipt(known, merged(data, only)).overShared).toContain(path);
      }),
      { numRuns: 150 },
    );
  });

  it('under one of several conventions accepts what was released under all of them', () => {
    fc.assert(
      fc.property(conventions, asked, (files, each) => {
        const policy = policyOf(files);
        const decision = policy.decide({ ...each, operation: 'release' });
        fc.pre(decision.allowed);
        const { data } = project(payload, decision, event);
        const under = decision.convention ?? { id: '', version: 0 };
        expect(policy.checkReceipt({ ...each, operation: 'receipt', under }, data).overShared).toEqual([]);
      }),
    );
  });
});

/** Two projections of the sample payload, whose lists run in parallel, laid over each other. */
function merged(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return b.map((item, index) => merged(a[index], item));
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return b ?? a;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [
      name,
      name in right ? merged(left[name], right[name]) : left[name],
    ]),
  );
}

it('a set of many conventions decides as the one that concerns the two', () => {
  const others = Array.from({ length: 500 }, (_, index) =>
    convention({
      id: `other-${index}`,
      parties: [
        { id: 'senders', kind: 'police' },
        { id: 'recipients', kind: 'prefecture', agencies: [`prefecture-${1000 + index}`] },
      ],
    }),
  );
  const alone = compilePolicy({ conventions: [convention()], statutory: [], events: [event], sha256 });
  const among = compilePolicy({
    conventions: [...others, convention()],
    statutory: [],
    events: [event],
    sha256,
  });
  expect(among.decide(request())).toEqual(alone.decide(request()));
  expect(
    among.decide(request({ event: EVENT, to: { agency: 'prefecture-1007', kind: 'prefecture' } }))
      .conventions,
  ).toHaveLength(2);
});
