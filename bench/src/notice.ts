import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticeIssuedV2 } from '@liaison/contracts';
import { root } from './environment';

const SAMPLE = 'libs/contracts/samples/liaison.notice.issued.v2/declared-identity-and-debt.json';
const NOTICE_BYTES = 2048;

const SENTENCES = [
  'Two neighbours describe the same flat and the same hours.',
  'The dates agree with the transfers found on the telephone.',
  'She recognised two of the persons on the photographs shown.',
  'The route is the one that other files of this year describe.',
  'The amount still asked for was said twice, in the same words.',
];

/** The golden sample of a notice, about an adult and by number another one each time, with an assessment as long as makes the whole 2 KB of JSON. */
export function notice(number = 0): NoticeIssuedV2 {
  const { data } = JSON.parse(readFileSync(join(root, SAMPLE), 'utf8')) as { data: NoticeIssuedV2 };
  const person = {
    familyName: familyName(number),
    givenNames: [givenName(number)],
    aliases: [alias(number)],
    birthDate: birthDate(number),
  };
  const whole = {
    ...data,
    civilStatus: { ...data.civilStatus, declared: { ...data.civilStatus.declared, ...person } },
  } as NoticeIssuedV2;
  const missing = NOTICE_BYTES - JSON.stringify(whole).length;
  const account = `${whole.assessment?.realityOfFacts} ${SENTENCES.join(' ').repeat(8)}`;
  const length = (whole.assessment?.realityOfFacts?.length ?? 0) + missing;
  return { ...whole, assessment: { ...whole.assessment, realityOfFacts: account.slice(0, length) } };
}

/** A notice of number 0 as that of another number, at the price of four replacements. */
export function aboutAnother(body: string, number: number): string {
  return body
    .replace(`"${familyName(0)}"`, `"${familyName(number)}"`)
    .replace(`"${givenName(0)}"`, `"${givenName(number)}"`)
    .replace(`"${alias(0)}"`, `"${alias(number)}"`)
    .replace(birthDate(0), birthDate(number));
}

/** Another one for each number up to `PERSONS`, and none that sounds like it: a service that has the person warns of it. */
export const familyName = (number: number): string => `O${syllables(number)}`;
const givenName = (number: number): string => `A${syllables(number)}`;
const alias = (number: number): string => `I${syllables(number)}`;

const PERSONS = 42 ** 4;

/** Where a load begins to count: fewer than one a millisecond, and none writes about the persons of the load before it. */
export const firstPerson = (): number => Date.now() % PERSONS;

/** Consonants that no spelling confuses, never the same one twice running. */
function syllables(number: number): string {
  let text = '';
  for (let rest = number, pair = 0; pair < 4; pair += 1) {
    text += `${'bdfgjk'[rest % 6]}a${'lmnprst'[Math.floor(rest / 6) % 7]}o`;
    rest = Math.floor(rest / 42);
  }
  return text;
}

/** The 30 years from 1970 on, day by day. */
const birthDate = (number: number): string =>
  new Date(Date.UTC(1970, 0, 1 + (number % 10_957))).toISOString().slice(0, 10);
