import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
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
import type { DecisionRequest } from './model';
import { compilePolicy } from './policy';
import { conventionFile, event, facts, request, sha256, signedConvention, statute } from './samples.test';

/**
 * Cedar, which others wrote and proved, decides the same about everything that it can express: one convention whose
 * rules release or hide, floors, relations, roles, purposes, and facts that may be unknown. It knows no generalisation,
 * no obligations, and nothing between several conventions.
 */

type Condition = Readonly<Record<string, readonly (string | boolean)[]>>;
type Entry = string | { readonly treatment: string; readonly readers: readonly string[] };
interface RuleText {
  readonly relation?: readonly string[];
  readonly purposes?: readonly string[];
  readonly readers: readonly string[];
  readonly when?: Condition;
  readonly treatments: {
    readonly categories?: Readonly<Record<string, Entry>>;
    readonly fields?: Readonly<Record<string, Entry>>;
  };
}
interface ForbidText {
  readonly withholds: 'event' | readonly string[];
  readonly unlessRelation?: readonly string[];
  readonly when?: Condition;
}

const set = (values: readonly unknown[]): string =>
  `[${values.map((each) => JSON.stringify(each)).join(', ')}]`;
const IS_READ = 'action == Action::"read"';

/** `surely`: it holds. Otherwise: it is not known not to hold, and unknown protects. */
function holds(when: Condition = {}, surely: boolean): string[] {
  return Object.entries(when).map(([fact, values]) => {
    const every: readonly unknown[] = ASKED_FACTS[fact as keyof typeof ASKED_FACTS];
    const named = values.includes('unknown') || every.every((value) => (values as unknown[]).includes(value));
    const known = `${set(values)}.contains(context.${fact})`;
    return surely && !named ? `(context has ${fact} && ${known})` : `(!(context has ${fact}) || ${known})`;
  });
}

function policy(effect: 'permit' | 'forbid', field: string, conditions: readonly string[]): string {
  const when = conditions.length === 0 ? '' : ` when { ${conditions.join(' && ')} }`;
  return `${effect}(principal, action, resource == Field::"${field}")${when};`;
}

function policiesOfRule({ relation, purposes, readers, when, treatments }: RuleText): string[] {
  const admits = [
    `${set(purposes ?? conventionFile().purposes)}.contains(context.purpose)`,
    ...(relation ? [`${set(relation)}.containsAny(context.relations)`] : []),
    `(!(${IS_READ}) || ${set(readers)}.contains(context.role))`,
  ];
  return event.fields.flatMap(({ path, category }) => {
    const entry = treatments.fields?.[path] ?? treatments.categories?.[category];
    if (entry === undefined) return [];
    const hides = [...admits, ...holds(when, false)];
    if (entry === 'release') return [policy('permit', path, [...admits, ...holds(when, true)])];
    if (typeof entry === 'string') return [policy('forbid', path, hides)];
    const isReader = `(!(${IS_READ}) || ${set(entry.readers)}.contains(context.role))`;
    return [
      policy('permit', path, [...admits, ...holds(when, true), isReader]),
      policy('forbid', path, [...hides, `!${isReader}`]),
    ];
  });
}

function policiesOfForbid({ withholds, unlessRelation, when }: ForbidText): string[] {
  const conditions = [
    ...(unlessRelation ? [`!(${set(unlessRelation)}.containsAny(context.relations))`] : []),
    ...holds(when, false),
  ];
  return event.fields
    .filter(({ category }) => withholds === 'event' || withholds.includes(category))
    .map(({ path }) => policy('forbid', path, conditions));
}

const known = fc.record(
  {
    age: fc.constantFrom(...ASKED_FACTS.age),
    protectedAddress: fc.constantFrom(...ASKED_FACTS.protectedAddress),
  },
  { requiredKeys: [] },
);
/** A reader is not told whether an address is protected and judges by any value: that is no question for one answer. */
const questions = fc.record({
  operation: fc.constantFrom('release' as const, 'read' as const),
  role: fc.constantFrom(...ASKED_ROLES),
  purpose: fc.constantFrom(...ASKED_PURPOSES),
  relation: fc.subarray([...ASKED_RELATIONS]),
  given: known,
  ifRead: fc.constantFrom(...ASKED_FACTS.protectedAddress),
});

describe('the public engine Cedar', () => {
  let child: ChildProcessWithoutNullStreams;
  let lines: Interface;

  beforeAll(() => {
    child = spawn(process.execPath, [resolve(__dirname, '../../../tools/cedar.cjs')]);
    lines = createInterface({ input: child.stdout });
  });
  afterAll(async () => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });

  async function askCedar(asked: object): Promise<readonly string[]> {
    const answered = new AbortController();
    const ended = once(child, 'exit', { signal: answered.signal }).then(([code, signal]) => {
      throw new Error(`Cedar ended: ${code ?? signal} ${child.stderr.read() ?? ''}`);
    });
    ended.catch(() => undefined);
    const line = once(lines, 'line', { signal: answered.signal }) as Promise<[string]>;
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    try {
      const [text] = await Promise.race([line, ended]);
      return JSON.parse(text) as string[];
    } finally {
      answered.abort();
      line.catch(() => undefined);
    }
  }

  it('releases exactly the same fields, on all that it can express', async () => {
    const seen = { allow: 0, deny: 0 };
    await fc.assert(
      fc.asyncProperty(
        smallConventions,
        smallForbids,
        fc.array(questions, { minLength: 6, maxLength: 6 }),
        async ([file], floors, asked) => {
          const texts = (file?.rules ?? []) as unknown as RuleText[];
          const policies = [
            ...texts.flatMap(policiesOfRule),
            ...(floors as ForbidText[]).flatMap(policiesOfForbid),
          ];
          const engine = compilePolicy({
            conventions: [signedConvention(file ?? conventionFile())],
            statutory: floors.map((each, index) => statute({ id: `R${90 + index}`, forbids: [each] })),
            events: [event],
            sha256,
          });
          const requests = asked.map(({ given, ifRead, ...rest }): DecisionRequest => {
            const hidden = rest.operation === 'read' ? { protectedAddress: ifRead } : {};
            return request({ ...rest, facts: facts({ ...given, ...hidden }) });
          });
          const ours = requests.flatMap((each) => {
            const { fields } = engine.decide(each);
            return paths.map((path) => (fields[path]?.treatment === 'release' ? 'allow' : 'deny'));
          });
          const theirs = await askCedar({
            policies: policies.join('\n'),
            questions: requests.flatMap(({ operation, purpose, relation, role, facts: told }) =>
              paths.map((resource) => ({
                action: operation,
                resource,
                context: {
                  ...{ purpose, role, relations: relation },
                  ...Object.fromEntries(Object.entries(told).map(([name, { value }]) => [name, value])),
                },
              })),
            ),
          });
          for (const each of ours) seen[each] += 1;
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 60 },
    );
    expect(Math.min(seen.allow, seen.deny)).toBeGreaterThan(100);
  });
});
