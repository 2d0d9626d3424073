import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DESCRIPTIONS } from '@liaison/contracts';
import { describeInBrowser, type Sheet } from '@liaison/testing';
import type * as library from './index';
import * as here from './page.test';
import { generator, randomRequest, randomSet } from './random-sets.test';
import { event } from './samples.test';

const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);
const SETS = 40;
const REQUESTS_OF_A_SET = 100;
const SCRIPT_BYTES = 750_000;

const root = resolve(__dirname, '../../..');
const folder = join(root, 'conventions');
const filesOf = (ending: RegExp, under = '') =>
  readdirSync(join(folder, under))
    .filter((name) => ending.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, under, name), 'utf8') }));

interface File {
  readonly name: string;
  readonly text: string;
}

/** Plain data, that a page can be handed. */
interface Questions {
  readonly conventions: readonly File[];
  readonly statutory: readonly File[];
  readonly events: readonly library.EventDescription[];
  /** Files of cases, of which each asks something. */
  readonly cases: readonly File[];
  /** JSON of requests. */
  readonly requests: readonly string[];
}
interface Answers {
  /** The set's digest. */
  readonly policy: string;
  /** JSON of the decisions, with their digests. */
  readonly decisions: readonly string[];
}

/** One script, as a page would load it: `policy`, with nothing of Node. */
function script(): string {
  return execFileSync(
    join(root, 'node_modules/.bin/esbuild'),
    [
      join(__dirname, 'page.test.ts'),
      ...['--bundle', '--format=iife', '--global-name=policy', '--target=es2022', '--log-level=error'],
      // `node:*` does not resolve on this platform, so that an import of it fails here.
      ...['--platform=browser', '--conditions=@liaison/source'],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
}

/** Runs here and, as text, in the page: nothing from outside it but its arguments. */
function answersOf(policy: typeof here, questions: Questions): Answers {
  const { sha256 } = policy;
  const compiled = policy.compilePolicy({
    conventions: questions.conventions.map(({ name, text }) => policy.parseConvention(text, name, sha256)),
    statutory: questions.statutory.map(({ name, text }) => policy.parseStatutory(text, name)),
    events: questions.events,
    sha256,
  });
  const asInstant = (key: string, value: unknown): unknown =>
    (key === 'at' || key === 'until') && typeof value === 'string' ? new Date(value) : value;
  const requests = [
    ...questions.cases.flatMap(({ name, text }) =>
      policy.parseCases(text, name).map(({ request }) => request),
    ),
    ...questions.requests.map((text) => JSON.parse(text, asInstant) as library.DecisionRequest),
  ];
  return {
    policy: compiled.digest,
    decisions: requests.map((request) => JSON.stringify(compiled.decide(request))),
  };
}

describeInBrowser('the library in a browser', (open) => {
  let sheet: Sheet;
  beforeAll(async () => {
    sheet = await open();
    const text = script();
    // Readable; minified it is half of that. What validates classes would be two thirds more.
    expect(text.length).toBeLessThan(SCRIPT_BYTES);
    await sheet.page.addScriptTag({ content: text });
  });

  const inThePage = (questions: Questions) =>
    sheet.page.evaluate(
      `(${answersOf.toString()})(policy, ${JSON.stringify(questions)})`,
    ) as Promise<Answers>;

  it('is where nothing of Node is', async () => {
    const nodes = ['process', 'Buffer', 'require', 'setImmediate'].map((name) => `typeof ${name}`);
    expect(await sheet.page.evaluate(`[${nodes.join()}]`)).toEqual(nodes.map(() => 'undefined'));
  });

  it('answers every case beside the conventions as it does here, with the same digests', async () => {
    const questions = {
      conventions: filesOf(/\.v\d+\.yaml$/),
      statutory: filesOf(/\.yaml$/, 'statutory'),
      events: DESCRIPTIONS,
      cases: filesOf(/\.cases\.yaml$/),
      requests: [],
    };
    const expected = answersOf(here, questions);
    expect(expected.decisions.length).toBeGreaterThan(100);
    expect(await inThePage(questions)).toEqual(expected);
  });

  it(`answers random questions about random conventions as it does here (PROPERTY_SEED=${SEED})`, async () => {
    const make = generator(SEED);
    const asFiles = (each: readonly object[]) =>
      each.map((file) => ({ name: 'x.yaml', text: JSON.stringify(file) }));
    let allowed = 0;
    for (let set = 0; set < SETS; set += 1) {
      const { conventions, statutes } = randomSet(make);
      const questions = {
        conventions: asFiles(conventions),
        statutory: asFiles(statutes),
        events: [event],
        cases: [],
        requests: Array.from({ length: REQUESTS_OF_A_SET }, () =>
          JSON.stringify(randomRequest(make, [event.type])),
        ),
      };
      const expected = answersOf(here, questions);
      expect(await inThePage(questions)).toEqual(expected);
      allowed += expected.decisions.filter((decision) => decision.includes('"allowed":true')).length;
    }
    expect(allowed).toBeGreaterThan(SETS);
  });

  it('asks nobody for anything, and complains of nothing', () => {
    expect(sheet).toMatchObject({ asked: [], complaints: [] });
  });
});
