import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '@liaison/kernel';
import {
  explain,
  narrowest,
  OPERATIONS,
  parseRequest,
  requestOf,
  type Decision,
  type PlainRequest,
  type Policy,
} from '@liaison/sharing-policy';
import { tableLines } from '../walkthrough/table';
import { sha256 } from './convention-set';
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

/** Where the operation is unknown too, each field has what the operation gives it that protects it most. */
function decide(policy: Policy, plain: PlainRequest, now: Date): Decision {
  if (plain.operation) return policy.decide(requestOf(plain, plain.operation, now));
  const [first, ...others] = OPERATIONS.map((operation) => policy.decide(requestOf(plain, operation, now)));
  if (!first) throw new AppError('request-invalid', 'there is no operation');
  const all = [first, ...others] as const;
  const decision = narrowest(all);
  if (!decision.allowed) return decision;
  const ends = all.flatMap(({ validUntil }) => (validUntil ? [validUntil.getTime()] : []));
  return {
    ...decision,
    ...(ends.length > 0 && { validUntil: new Date(Math.min(...ends)) }),
    digest: sha256(all.map(({ digest }) => digest).join('\n')),
  };
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
