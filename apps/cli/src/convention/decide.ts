import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '@liaison/kernel';
import {
  explain,
  OPERATIONS,
  parseRequest,
  requestOf,
  type Decision,
  type PlainRequest,
  type Policy,
} from '@liaison/sharing-policy';
import { tableLines } from '../walkthrough/table';
import { jsonDocuments } from './json-documents';

export interface DecideOptions {
  readonly json: boolean;
  /** The instant of the decision where a request names none. */
  readonly now: () => Date;
}

/**
 * Answers every request of an input: with `json` one line each, else as a table for people.
 * @throws AppError `request-invalid` at the first that is not understood; those before it are answered
 */
export async function decideAll(
  policy: Policy,
  input: Readable,
  output: Writable,
  { json, now }: DecideOptions,
): Promise<void> {
  for await (const { text, line } of jsonDocuments(input)) {
    const decision = decide(policy, parseRequest(text, 'stdin', line), now());
    const answer = json ? `${asJson(decision)}\n` : `${forPeople(decision).join('\n')}\n\n`;
    if (!output.write(answer)) await once(output, 'drain');
  }
}

/** Where the operation is unknown too, the answer is that of the operation that shows least. */
function decide(policy: Policy, plain: PlainRequest, now: Date): Decision {
  const operations = plain.operation ? [plain.operation] : OPERATIONS;
  const decisions = operations.map((operation) => policy.decide(requestOf(plain, operation, now)));
  const [least] = decisions.sort((a, b) => shown(a) - shown(b));
  if (!least) throw new AppError('request-invalid', 'there is no operation');
  return least;
}

function shown({ allowed, fields }: Decision): number {
  if (!allowed) return -1;
  return Object.values(fields).filter(({ treatment }) => treatment === 'release').length;
}

/** Decisions that come to the same share one object of fields: its text is made once. */
const texts = new WeakMap<Decision['fields'], string>();

/** `validUntil` is null where no date ends the answer. */
export function asJson(decision: Decision): string {
  const { allowed, denial, fields, obligations, validUntil, digest, at, conventions, legalBases } = decision;
  let fieldsText = texts.get(fields);
  if (fieldsText === undefined) texts.set(fields, (fieldsText = JSON.stringify(fields)));
  const rest = JSON.stringify({
    obligations,
    validUntil: validUntil ?? null,
    digest,
    at,
    conventions,
    legalBases,
  });
  const start = `{"allowed":${allowed}${denial ? `,"denial":${JSON.stringify(denial)}` : ''}`;
  return `${start},"fields":${fieldsText},${rest.slice(1)}`;
}

const COLUMNS = [
  { title: 'field', width: 38 },
  { title: 'treatment', width: 18 },
  { title: 'rules', width: 28 },
  { title: 'articles', width: 22 },
];

function forPeople(decision: Decision): string[] {
  const { denial, conventions, obligations, validUntil, at, digest } = decision;
  const under = conventions.map(({ id, version }) => `${id} version ${version}`).join(', ');
  const reasons = [...(denial?.rules ?? []), ...(denial?.articles ?? [])].join(', ');
  return [
    denial ? `Denied: ${denial.code}${reasons ? ` (${reasons})` : ''}` : 'Allowed',
    `At ${at.toISOString()}${under ? `, under ${under}` : ''}`,
    ...(denial
      ? []
      : tableLines(
          COLUMNS,
          explain(decision).map(({ field, treatment, to, rules, articles }) => [
            field,
            to === undefined ? treatment : `${treatment} ${to}`,
            rules.join(', '),
            articles.join(', '),
          ]),
        )),
    ...obligations.map(({ kind, value, rule }) => `${kind}${value === 'true' ? '' : ` ${value}`} (${rule})`),
    validUntil ? `Holds until ${validUntil.toISOString()}` : 'No date ends it',
    `Digest ${digest}`,
  ];
}
