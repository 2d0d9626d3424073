import fc from 'fast-check';
import {
  ASKED_FACTS,
  ASKED_PURPOSES,
  ASKED_RELATIONS,
  ASKED_ROLES,
  paths,
  smallConventions,
  smallForbids,
} from './arbitraries.test';
import { diffOf, type Change } from './diff';
import type { ComparedSet } from './situations';
import { requestOf, type PlainRequest } from './plain-request';
import { compilePolicy } from './policy';
import type { Decision, Operation } from './model';
import {
  convention,
  conventionFile,
  event,
  EVENT,
  ruleFile,
  sha256,
  signedConvention,
  statute,
} from './samples.test';

const NOW = new Date('2026-03-01T12:00:00Z');

const setOf = (
  files: readonly ReturnType<typeof conventionFile>[],
  forbids: readonly object[] = [],
): ComparedSet => ({
  conventions: files.map((file) => signedConvention(file)),
  statutory: forbids.map((each, index) => statute({ id: `R${90 + index}`, forbids: [each] })),
});
const compile = (set: ComparedSet) => compilePolicy({ ...set, events: [event], sha256 });
const between = (before: ComparedSet, after: ComparedSet) => diffOf(before, after, [event]);
const decided = (set: ComparedSet, request: PlainRequest) =>
  compile(set).decide(requestOf(request, request.operation ?? 'release', NOW));
const rules = (...overrides: readonly object[]) =>
  setOf([
    conventionFile({ rules: overrides.map((each, index) => ruleFile({ id: `rule-${index}`, ...each })) }),
  ]);
const releasing = (treatments: object, more: object = {}) => ({
  treatments: { fields: treatments },
  ...more,
});

describe('one change', () => {
  test('of what follows for a part when its ground ends is found, where for the whole nothing changes', () => {
    const when = { consent: ['given'] };
    const kept = releasing({ name: 'release' }, { when, whenItEnds: { consent: 'purge' } });
    const part = releasing({ account: 'release' }, { when });
    const [change, ...others] = between(
      rules(kept, { ...part, whenItEnds: { consent: 'purge' } }),
      rules(kept, part),
    );
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      direction: 'widening',
      what: ['account'],
      before: 'purge when consent ends',
      after: 'stop when consent ends',
    });
  });

  test('of a treatment is found with its rule and the smallest request that shows it', () => {
    const before = rules(releasing({ name: 'mask', account: 'release' }, { when: { age: ['adult'] } }));
    const after = rules(releasing({ name: 'release', account: 'release' }, { when: { age: ['adult'] } }));
    const changes = between(before, after);
    expect(
      changes.map(({ direction, operation, what, before: was, after: is }) => [
        direction,
        operation,
        what,
        was,
        is,
      ]),
    ).toEqual([
      ['widening', 'read', ['name'], 'mask', 'release'],
      ['widening', 'release', ['name'], 'mask', 'release'],
    ]);
    const [, release] = changes;
    expect(release).toMatchObject({
      rulesBefore: ['sample/rule-0'],
      rulesAfter: ['sample/rule-0'],
      example: { purpose: 'care', relation: [], facts: { age: 'adult' }, event: EVENT },
    });
    expect(decided(before, release!.example).fields['name']?.treatment).toBe('mask');
    expect(decided(after, release!.example).fields['name']?.treatment).toBe('release');
  });

  test('back again is a narrowing', () => {
    const open = rules(releasing({ name: 'release' }));
    const closed = rules(releasing({ name: { generalise: 'year' } }));
    expect(new Set(between(open, closed).map(({ direction }) => direction))).toEqual(new Set(['narrowing']));
    expect(new Set(between(closed, open).map(({ direction }) => direction))).toEqual(new Set(['widening']));
  });

  test('to something that cannot be compared tells something new', () => {
    const [change] = between(
      rules(releasing({ birthDate: { generalise: 'year' } })),
      rules(releasing({ birthDate: { generalise: 'age-band' } })),
    );
    expect(change).toMatchObject({
      direction: 'widening',
      before: 'generalise year',
      after: 'generalise age-band',
    });
  });

  test.each([
    ['a relation that is no longer needed', { relation: ['competent'] }, {}],
    ['one reader more', { readers: ['desk'] }, { readers: ['desk', 'caseworker'] }],
    ['one condition less', { when: { protectedAddress: [false] } }, {}],
    ['one purpose more', { purposes: ['care'] }, { purposes: ['care', 'residence'] }],
    [
      'a longer retention',
      { obligations: { 'keep-no-longer-than': 'P1Y' } },
      { obligations: { 'keep-no-longer-than': 'P2Y' } },
    ],
    ['a duty that is gone', { obligations: { 'no-onward-sharing': true } }, {}],
  ])('%s is a widening, and the way back a narrowing', (_what, narrow, wide) => {
    const [a, b] = [narrow, wide].map((each) => rules(releasing({ name: 'release' }, each))) as [
      ComparedSet,
      ComparedSet,
    ];
    expect(between(a, b).length).toBeGreaterThan(0);
    expect(between(a, b).every(({ direction }) => direction === 'widening')).toBe(true);
    expect(between(b, a).every(({ direction }) => direction === 'narrowing')).toBe(true);
  });

  test('of parties and of dates is found with an agency and an instant that show it', () => {
    const file = (more: object) => setOf([conventionFile(more)]);
    const wider = between(
      file({
        parties: [
          { id: 'senders', kind: 'police' },
          { id: 'recipients', kind: 'prefecture', departements: ['13'] },
        ],
      }),
      file({
        parties: [
          { id: 'senders', kind: 'police' },
          { id: 'recipients', kind: 'prefecture', departements: ['13', '75'] },
        ],
      }),
    );
    expect(wider.find(({ what }) => what[0] === 'name')?.example.to).toMatchObject({ departement: '75' });
    const longer = between(
      file({ inForce: { from: '2025-01-01', until: '2025-12-31' } }),
      file({ inForce: { from: '2025-01-01', until: '2026-12-31' } }),
    );
    expect(longer.find(({ what }) => what[0] === 'name')).toMatchObject({
      direction: 'widening',
      example: { at: '2026-01-01T00:00:00.000Z' },
    });
  });

  test('of a floor is found', () => {
    const with_ = setOf(
      [conventionFile()],
      [{ events: ['*'], when: { protectedIdentity: [true] }, withholds: ['real-identity'] }],
    );
    const changes = between(setOf([conventionFile()]), with_);
    expect(changes.find(({ operation }) => operation === 'release')).toMatchObject({
      direction: 'narrowing',
      after: 'withhold',
      rulesAfter: ['R90'],
      example: { facts: {} },
    });
  });

  test('of names and order alone is none', () => {
    const set = rules(
      releasing({ name: 'release' }, { readers: ['desk', 'caseworker'] }),
      releasing({ account: 'mask' }),
    );
    const turned = rules(
      releasing({ account: 'mask' }),
      releasing({ name: 'release' }, { readers: ['caseworker', 'desk'] }),
    );
    expect(between(set, turned)).toEqual([]);
  });
});

/** Every request that can be asked about the facts, relations, roles and purposes that the random sets name. */
function everyRequest(): PlainRequest[] {
  const facts = [undefined, ...ASKED_FACTS.age].flatMap((age) =>
    [undefined, ...ASKED_FACTS.protectedAddress].map((protectedAddress) => ({
      ...(age === undefined ? {} : { age }),
      ...(protectedAddress === undefined ? {} : { protectedAddress }),
    })),
  );
  const relations = [[], ['competent'], ['author'], [...ASKED_RELATIONS]];
  const askers: { operation: Operation; role?: string }[] = [
    { operation: 'release' },
    ...ASKED_ROLES.map((role) => ({ operation: 'read' as const, role })),
  ];
  const from = { agency: 'police-1', kind: 'police' };
  const to = { agency: 'prefecture-1', kind: 'prefecture' };
  return askers.flatMap((asker) =>
    ASKED_PURPOSES.flatMap((purpose) =>
      relations.flatMap((relation) =>
        facts.map((each) => ({
          ...asker,
          at: NOW.toISOString(),
          purpose,
          relation,
          from,
          to,
          event: EVENT,
          facts: each,
        })),
      ),
    ),
  );
}

test('every difference that any request shows is found, and every change found is shown by its example', () => {
  const requests = everyRequest();
  const seen = { changes: 0, differences: 0 };
  const missed: unknown[] = [];
  fc.assert(
    fc.property(smallConventions, smallForbids, smallConventions, smallForbids, (a, floorsA, b, floorsB) => {
      const sets = [setOf(a, floorsA), setOf(b, floorsB)] as const;
      const changes = between(...sets);
      const policies = sets.map(compile);
      const answers = (request: PlainRequest) =>
        policies.map((policy) => policy.decide(requestOf(request, request.operation ?? 'release', NOW))) as [
          Decision,
          Decision,
        ];
      for (const request of requests) {
        // A reader is not told this one: then it has the value that shows most, so the ones with a value are all.
        if (request.operation === 'read' && request.facts?.protectedAddress === undefined) continue;
        const [left, right] = answers(request);
        for (const path of paths) {
          if (words(left, path) === words(right, path)) continue;
          seen.differences += 1;
          if (!changes.some((change) => shows(change, request, path, left, right)))
            missed.push({ request, path });
        }
        if (left.allowed !== right.allowed) {
          expect(
            changes.some(({ what, operation }) => what[0] === '(event)' && operation === request.operation),
          ).toBe(true);
        }
      }
      expect(missed).toEqual([]);
      for (const { example, what, before, after } of changes) {
        const [left, right] = answers(example);
        if (what[0]?.startsWith('(')) continue;
        seen.changes += 1;
        expect(what.some((path) => words(left, path) === before && words(right, path) === after)).toBe(true);
      }
    }),
    { numRuns: 15 },
  );
  expect(seen.changes).toBeGreaterThan(30);
  expect(seen.differences).toBeGreaterThan(500);
});

function words({ fields }: Decision, path: string): string {
  const { treatment, to } = fields[path]!;
  return to === undefined ? treatment : `${treatment} ${to}`;
}

function shows(
  { what, operation, before, after, rulesBefore, rulesAfter }: Change,
  request: PlainRequest,
  path: string,
  left: Decision,
  right: Decision,
): boolean {
  return (
    what.includes(path) &&
    operation === request.operation &&
    before === words(left, path) &&
    after === words(right, path) &&
    // Of a denial, classes tell the reason no further than that it is one.
    (!left.allowed || rulesBefore.join() === left.fields[path]!.rules.join()) &&
    (!right.allowed || rulesAfter.join() === right.fields[path]!.rules.join())
  );
}

test('the same sets do not differ, however many conventions there are', () => {
  const conventions = Array.from({ length: 200 }, (_, index) => convention({ id: `convention-${index}` }));
  expect(diffOf({ conventions, statutory: [] }, { conventions, statutory: [] }, [event])).toEqual([]);
});
