import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { diffOf } from '@liaison/sharing-policy';
import { conventionFor, policyOf, released, requestFor } from './liaison';
import { casbin, casl } from './peers';
import { type Answer, closure, QUESTIONS, rateOf } from './question';

const MS = process.argv.includes('--quick') ? 300 : 1500;
/** casbin reads all its rules for each field: a question among more takes it minutes. */
const CASBIN_MOST = 2_000;
const QUICK_MS = 100;
const numbered = (count: number) => Array.from({ length: count }, (_, number) => number);
const conventions = (count: number) => numbered(count).map(conventionFor);
const whole = (value: number): string => Math.round(value).toLocaleString('en');

function check(name: string, answers: readonly (readonly string[])[]): void {
  const expected = QUESTIONS.map(closure());
  if (JSON.stringify(answers) !== JSON.stringify(expected)) throw new Error(`${name} decides otherwise`);
}

function cedar(): { readonly answers: string[][]; readonly rate: number } | undefined {
  try {
    return JSON.parse(
      execFileSync(process.execPath, [join(__dirname, 'cedar-main.js')], {
        encoding: 'utf8',
        timeout: 120_000,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    ) as { answers: string[][]; rate: number };
  } catch (error) {
    console.error(
      `Cedar did not answer: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}`,
    );
    return undefined;
  }
}

/** Requests are made before the clock runs, for Liaison as for its peers. */
function liaisonRate(count: number): number {
  const policy = policyOf(conventions(count));
  const requests = new Map(QUESTIONS.map((question) => [question, requestFor(question)]));
  check(
    `Liaison (${count})`,
    QUESTIONS.map((question) => released(policy.decide(requestFor(question)))),
  );
  return rateOf((question) => policy.decide(requests.get(question) ?? requestFor(question)), MS);
}

/** What a decision answers, without its digest. */
function treatmentsRate(count: number): number {
  const policy = policyOf(conventions(count));
  const requests = new Map(QUESTIONS.map((question) => [question, requestFor(question)]));
  check(
    'Liaison, treatments',
    QUESTIONS.map((question) => released(policy.answer(requestFor(question)))),
  );
  return rateOf((question) => policy.answer(requests.get(question) ?? requestFor(question)), MS);
}

async function main(): Promise<void> {
  const rates = new Map<string, number>();
  const measure = (name: string, answer: Answer) => {
    check(name, QUESTIONS.map(answer));
    rates.set(name, rateOf(answer, MS));
  };
  rates.set('Liaison, reasons and digest', liaisonRate(200));
  rates.set('Liaison, treatments alone', treatmentsRate(200));
  measure('closure', closure());
  measure('CASL, 200 recipients', casl(numbered(200)));
  measure('casbin, 200 recipients', await casbin(numbered(200)));
  // Its best case: an ability for one recipient.
  const own = new Map(QUESTIONS.map(({ recipient }) => [recipient, casl([recipient])]));
  measure('CASL, the one recipient', (question) => own.get(question.recipient)?.(question) ?? []);
  const other = cedar();
  if (other) {
    check('Cedar', other.answers);
    rates.set('Cedar (wasm), 200 recipients', other.rate);
  }
  console.log('Decisions a second, 30 fields, one recipient; all agree on every question:');
  const liaison = rates.get('Liaison, reasons and digest') ?? NaN;
  for (const [name, rate] of rates) {
    console.log(`  ${name.padEnd(30)} ${whole(rate).padStart(12)}   ${(liaison / rate).toFixed(2)} ×`);
  }
  console.log('(× : Liaison with reasons and digest against it)');
  const alone = (rates.get('closure') ?? NaN) / (rates.get('Liaison, treatments alone') ?? NaN);
  console.log(`  the treatments alone take ${alone.toFixed(2)} × the time of the closure`);
  console.log(
    'Decisions a second among so many conventions (casbin: recipients, as far as it answers in time):',
  );
  for (const count of [20, 200, 2_000, 20_000]) {
    const peer = count > CASBIN_MOST ? 'not asked' : whole(rateOf(await casbin(numbered(count)), QUICK_MS));
    console.log(
      `  ${whole(count).padStart(6)}   Liaison ${whole(liaisonRate(count)).padStart(12)}   casbin ${peer.padStart(12)}`,
    );
  }
  const parsed = conventions(20_000);
  let started = performance.now();
  policyOf(parsed);
  console.log(`  compiling 20,000 parsed conventions: ${whole(performance.now() - started)} ms`);
  const [before, after] = [
    conventions(200),
    conventions(200).map((each) => ({ ...each, rules: each.rules.slice(1) })),
  ];
  const events = [{ type: 'liaison.bench.happened.v1', fields: [{ path: 'field0', category: 'steps' }] }];
  started = performance.now();
  const changes = diffOf(
    { conventions: before, statutory: [] },
    { conventions: after, statutory: [] },
    events,
  );
  console.log(
    `  diff of two sets of 200: ${whole(performance.now() - started)} ms, ${changes.length} changes`,
  );
}

void main();
