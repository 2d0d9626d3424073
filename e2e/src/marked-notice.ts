import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticeIssuedV2 } from '@liaison/contracts';
import { root } from './system';

/** In every text of a marked notice, and in nothing else that the system ever sees. */
export const MARK = 'zqx';

/** What a field that takes no free text has instead: as unlikely anywhere else. */
export const MARKED_VALUES = ['+33 6 99 51 77 42', '1987-03-29', '482139577', '2019-08-13'];

const CODES: Readonly<Record<string, unknown>> = {
  phone: '+33 6 99 51 77 42',
  email: `${MARK}@example.org`,
  birthDate: '1987-03-29',
  amount: 482_139_577,
  entryDate: '2019-08-13',
};

/** Names of fields whose values are codes of a closed list, or dates that the system writes too: nothing to plant. */
const UNMARKED = new Set([
  'initiative',
  'departement',
  'postalCode',
  'sex',
  'nationalities',
  'verifiedOn',
  'estimatedAge',
  'languages',
  'kind',
  'state',
  'country',
  'transitCountries',
  'currency',
  'forms',
  'from',
  'to',
  'status',
  'on',
  'observedOn',
  'interviewedOn',
  'opinionRequest',
  'birthCountry',
  'birthCommune',
  'verifiedThrough',
  'verifiedParts',
  'estimatedAgeBasis',
  'estimatedOn',
  'declaredOn',
  'inNameOf',
  'expiresOn',
  'checkedOn',
  'communeCode',
  'sectors',
  'form',
]);

/** A notice with every field that the contract knows but that of an opinion, of the golden sample that has them all, for Paris. */
export function markedNotice(familyName: string): NoticeIssuedV2 {
  const file = join(root, 'libs/contracts/samples/liaison.notice.issued.v2/every-field.json');
  const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: NoticeIssuedV2 };
  const marked = mark(data, '') as NoticeIssuedV2;
  // It answers no request: there is none for it.
  const { opinionRequest: _, ...procedure } = marked.procedure;
  return {
    ...marked,
    procedure: { ...procedure, departement: '75' },
    civilStatus: { ...marked.civilStatus, declared: { ...marked.civilStatus.declared, familyName } },
  };
}

function mark(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => mark(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mark(inner, key)]));
  }
  if (name in CODES) return CODES[name];
  return typeof value === 'string' && !UNMARKED.has(name) ? `${MARK} ${name}` : value;
}
