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

/** The golden sample of a notice, about an adult, with an assessment as long as makes the whole 2 KB of JSON. */
export function notice(familyName = 'Osagie'): NoticeIssuedV2 {
  const { data } = JSON.parse(readFileSync(join(root, SAMPLE), 'utf8')) as { data: NoticeIssuedV2 };
  const { declared } = data.civilStatus;
  const whole = {
    ...data,
    civilStatus: { ...data.civilStatus, declared: { ...declared, familyName, birthDate: '2001-06-14' } },
  } as NoticeIssuedV2;
  const missing = NOTICE_BYTES - JSON.stringify(whole).length;
  const account = `${whole.assessment?.realityOfFacts} ${SENTENCES.join(' ').repeat(8)}`;
  const length = (whole.assessment?.realityOfFacts?.length ?? 0) + missing;
  return { ...whole, assessment: { ...whole.assessment, realityOfFacts: account.slice(0, length) } };
}
