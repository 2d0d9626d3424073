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
export function notice(familyName = 'Osagie', number = 0): NoticeIssuedV2 {
  const { data } = JSON.parse(readFileSync(join(root, SAMPLE), 'utf8')) as { data: NoticeIssuedV2 };
  const { declared } = data.civilStatus;
  const whole = {
    ...data,
    civilStatus: { ...data.civilStatus, declared: { ...declared, familyName, birthDate: birthDate(number) } },
  } as NoticeIssuedV2;
  const missing = NOTICE_BYTES - JSON.stringify(whole).length;
  const account = `${whole.assessment?.realityOfFacts} ${SENTENCES.join(' ').repeat(8)}`;
  const length = (whole.assessment?.realityOfFacts?.length ?? 0) + missing;
  return { ...whole, assessment: { ...whole.assessment, realityOfFacts: account.slice(0, length) } };
}

/** The same about somebody else, at the price of a replacement: a service that has the person warns of it. */
export function aboutAnother(body: string, number: number): string {
  const letters = number
    .toString(26)
    .padStart(5, '0')
    .replace(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)));
  return body.replace('"Osagie"', `"O${letters}"`).replace(birthDate(0), birthDate(number));
}

/** The 30 years from 1970 on, day by day. */
const birthDate = (number: number): string =>
  new Date(Date.UTC(1970, 0, 1 + (number % 10_957))).toISOString().slice(0, 10);
