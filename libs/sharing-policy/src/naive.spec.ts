import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DESCRIPTIONS } from '@liaison/contracts';
import { parse } from 'yaml';
import type { Decision, DecisionRequest, EventDescription } from './model';
import {
  naiveAnswers,
  type NaiveAnswer,
  type NaiveConvention,
  type NaiveRequest,
  type NaiveStatute,
} from './naive.test';
import { parseConvention, parseStatutory } from './parse';
import { compilePolicy } from './policy';
import { FACTS, generator, randomRequest, randomSet } from './random-sets.test';
import { event, sha256 } from './samples.test';

/** Comparisons with random sets; `npm run policy:compare -- --runs N` makes more. */
const RUNS = Number(process.env['POLICY_RUNS'] ?? 100_000);
const SEED = Number(process.env['POLICY_SEED'] ?? process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);
const REQUESTS_OF_A_SET = 400;

function wordsOf({ allowed, fields }: Decision): NaiveAnswer {
  if (!allowed) return 'denied';
  return Object.fromEntries(
    Object.entries(fields).map(([path, { treatment, to }]) => [
      path,
      to === undefined ? treatment : `${treatment} ${to}`,
    ]),
  );
}

interface Set {
  readonly conventions: readonly object[];
  readonly statutes: readonly object[];
  readonly events: readonly EventDescription[];
}

/** Asks both the same. @returns the decision's kind, for counting. */
function compare(
  { conventions, statutes, events }: Set,
  requests: readonly NaiveRequest[],
  seen: Record<string, number>,
) {
  const policy = compilePolicy({
    conventions: conventions.map((each) => parseConvention(JSON.stringify(each), 'x.yaml', sha256)),
    statutory: statutes.map((each) => parseStatutory(JSON.stringify(each), 'x.yaml')),
    events,
    sha256,
  });
  for (const request of requests) {
    const fields = events.find(({ type }) => type === request.event)?.fields ?? [];
    const expected = naiveAnswers(
      conventions as NaiveConvention[],
      statutes as NaiveStatute[],
      fields,
      request,
    );
    const found = wordsOf(policy.decide(request as DecisionRequest));
    const texts = expected.map((each) => JSON.stringify(each));
    if (!texts.includes(JSON.stringify(found))) {
      throw new Error(
        `${JSON.stringify({ conventions, statutes, request })}\nengine: ${JSON.stringify(found)}\nnaive: ${texts.join(' or ')}`,
      );
    }
    const kind = found === 'denied' ? 'denied' : 'allowed';
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
}

test(`the engine and the naive interpreter agree on ${RUNS} random questions (POLICY_SEED=${SEED})`, () => {
  const make = generator(SEED);
  const seen: Record<string, number> = {};
  for (let asked = 0; asked < RUNS; asked += REQUESTS_OF_A_SET) {
    const { conventions, statutes } = randomSet(make);
    const requests = Array.from({ length: REQUESTS_OF_A_SET }, () => randomRequest(make, [event.type]));
    compare({ conventions, statutes, events: [event] }, requests, seen);
  }
  expect(seen['allowed']).toBeGreaterThan(RUNS / 50);
  expect(seen['denied']).toBeGreaterThan(RUNS / 50);
}, 3_600_000);

test('they agree on the conventions of this installation', () => {
  const folder = resolve(__dirname, '../../../conventions');
  const read = (under: string, wanted: RegExp) =>
    readdirSync(join(folder, under))
      .filter((name) => wanted.test(name))
      .map((name) => parse(readFileSync(join(folder, under, name), 'utf8')) as object);
  const conventions = read('', /\.v\d+\.yaml$/);
  const statutes = read('statutory', /\.yaml$/);
  const events = DESCRIPTIONS;
  const make = generator(SEED);
  const types = events.filter(({ fields }) => fields.length > 0).map(({ type }) => type);
  const facts = {
    ...FACTS,
    protectedIdentity: [true, false],
    danger: [true, false],
    incapacity: [true, false],
    relativeInvolved: [true, false],
    judgeOrder: [true, false],
  };
  const requests = Array.from({ length: 3_000 }, () => randomRequest(make, types, facts));
  const purposes = (conventions as NaiveConvention[]).flatMap((each) => each.purposes);
  const seen: Record<string, number> = {};
  compare(
    { conventions, statutes, events },
    requests.map((request) => ({
      ...request,
      purpose: make.one(purposes),
      relation: make.some(
        ['competent', 'author', 'takes-in-charge', 'named-in-address-measure', 'asked-for-opinion'],
        0.6,
      ),
    })),
    seen,
  );
  expect(seen['allowed']).toBeGreaterThan(30);
}, 120_000);
