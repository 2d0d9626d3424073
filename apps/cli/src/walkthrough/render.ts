import type { AuditItem, FieldReason, NoticeView } from './answers';
import type { Acknowledged, Crossing, Written } from './crossing';
import type { Earlier } from './earlier';
import { groupFields, MARK, textOf } from './fields';
import { leavesOf } from './leaves';
import type { OperationShown } from './operation';
import type { Refusal } from './refusal';
import type { StateSeen } from './sending';
import { type Column, tableLines, textLines } from './table';
import type { Trail } from './trail';

export function earlierLines({ written, received, counted, last }: Earlier): string[] {
  if (written + received === 0) return textLines('No notices yet: this data is new.');
  const found = `Found what was there: ${written} notices of the brigade, ${received} at the préfecture`;
  const qualified = counted === 'all' ? found : `${found} (of ${counted})`;
  return textLines(`${qualified}; the last one written at ${last}.`);
}

/** For the sender only: the recipient never learns why. */
export function previewLines({ draft, preview, decided }: Written): string[] {
  const other = preview.fields.length - decided.length;
  return [
    ...textLines(`Notice ${draft.id}. What ${preview.recipient} would see under ${preview.convention},`),
    ...textLines('and why; the reasons are shown to the sender only:'),
    '',
    ...decisionTable(decided),
    '',
    ...textLines(`${other} more fields are decided as well; this notice has no value for them.`),
  ];
}

const DECISION: readonly Column[] = [
  { title: 'field', width: 38 },
  { title: 'treatment', width: 18 },
  { title: 'rule', width: 33 },
  { title: 'article', width: 13 },
];

function decisionTable(fields: readonly FieldReason[]): string[] {
  const answer = ({ treatment, to, rules, articles }: FieldReason): string[] => [
    to === undefined ? treatment : `${treatment} (${to})`,
    rules.join(', '),
    articles.join(', '),
  ];
  const groups = groupFields(fields, (field) => answer(field).join('|'));
  return tableLines(
    DECISION,
    groups.map(({ label, first }) => [label, ...answer(first)]),
  );
}

const READING: readonly Column[] = [
  { title: 'field', width: 40 },
  { title: 'desk', width: 41 },
  { title: 'caseworker', width: 23 },
];
const LONGEST_VALUE = 80;

export function crossingLines({ desk, caseworker, latency, states }: Crossing): string[] {
  const { receivedMs, visibleByMs, visibleNotBeforeMs } = latency;
  const notBefore =
    visibleNotBeforeMs === null ? '' : `, the look that began at ${ms(visibleNotBeforeMs)} did not`;
  return [
    ...textLines(
      `It arrived as notice ${desk.id}, to be acknowledged by ${desk.acknowledgeBy ?? 'no set time'}.`,
    ),
    ...textLines(
      `From acceptance (the sender's 202) to the recipient's database: its transaction began after ` +
        `${ms(receivedMs)} (received_at); a look answered after ${ms(visibleByMs)} found it${notBefore}.`,
    ),
    ...textLines('One notice, through services that have just started: npm run bench measures under load.'),
    '',
    ...textLines(
      'What the recipient reads. One mark, whatever the reason and whether or not there is a value:',
    ),
    '',
    ...tableLines(READING, readingRows(desk, caseworker)),
    '',
    ...statesLines('What the brigade sees, after its 202', states),
  ];
}

function readingRows(desk: NoticeView, caseworker: NoticeView): string[][] {
  const atCaseworker = new Set(leavesOf(caseworker.content).map(({ path }) => path));
  const read = leavesOf(desk.content).map(({ path, value }) => [
    path,
    shorten(textOf(value)),
    atCaseworker.has(path) ? 'the same' : MARK,
  ]);
  const withheld = desk.withheld.map((path) => ({ path }));
  const marked = groupFields(withheld, () => MARK).map(({ label }) => [label, MARK, MARK]);
  return [...read, ...marked];
}

const shorten = (text: string): string =>
  text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;

function statesLines(what: string, states: readonly StateSeen[]): string[] {
  const seen = states.map(({ state, byMs }) => `${state} (by ${ms(byMs)})`);
  return textLines(`${what}: ${seen.join(', ')}.`);
}

export function acknowledgedLines({ answer, delivery, states }: Acknowledged): string[] {
  const acts = delivery.acknowledgements.map(
    ({ role, unit, acknowledgedAt }) => `role ${role}, unit ${unit}, at ${acknowledgedAt}`,
  );
  return [
    ...textLines(`What ${answer.recipient} gets to know of it under ${answer.decision.convention}:`),
    '',
    ...decisionTable(answer.decision.fields),
    '',
    ...textLines(`The brigade reads: released to ${delivery.recipient} at ${delivery.at};`),
    ...textLines(`acknowledged there by: ${acts.join('; ')}.`),
    ...statesLines("What the brigade sees, after the desk's 202", states),
  ];
}

export function refusalLines({ noticeId, recipient, denial, decided, delivery }: Refusal): string[] {
  return [
    ...textLines(`Notice ${noticeId}. What ${recipient} would see, and why:`),
    '',
    ...decisionTable(decided),
    '',
    ...textLines(
      `Issued all the same, it is ${delivery.state} and does not leave: ${delivery.reason} (${denial.rules.join(', ')}).`,
    ),
  ];
}

const RECORDS: readonly Column[] = [
  { title: 'at', width: 24 },
  { title: 'who', width: 14 },
  { title: 'no.', width: 5 },
  { title: 'kind', width: 15 },
  { title: 'of', width: 19 },
  { title: 'other side', width: 14 },
  { title: 'holds', width: 5 },
];

export function trailLines({ reference, records, pairs, refusal, numbers }: Trail): string[] {
  const counts = numbers.map(({ agency, highest }) => `${agency} 1 to ${highest}`);
  return [
    ...textLines(`The case ${reference} and the refusal, as the agencies recorded them:`),
    '',
    ...tableLines(RECORDS, [...records, refusal].map(recordRow)),
    '',
    ...textLines(
      `${pairs} disclosures, each with the receipt that repeats its commitment. Every record is what its author ` +
        `committed to. Nothing of the refused case was disclosed to ${refusal.counterpart}.`,
    ),
    ...textLines(`Numbers without holes: ${counts.join(', ')}.`),
  ];
}

const recordRow = (record: AuditItem): string[] => [
  record.at,
  record.agency,
  String(record.number),
  record.kind,
  (record.event ?? '').replace(/^liaison\.|\.v\d+$/g, ''),
  record.counterpart ?? '',
  record.commitmentHolds ? 'yes' : 'NO',
];

const ms = (value: number): string => `${Math.round(value)} ms`;

export const operationLines = ({ told, needs, expected, held }: OperationShown): string[] =>
  textLines(
    `With a name in its note it was refused. Told: ${told.join(', ')}. What they read of the needs: ` +
      `${leavesOf(needs)
        .filter(({ value }) => value !== null)
        .map(({ path, value }) => `${path} ${textOf(value)}`)
        .join('; ')}. ${held} places are held for the ${expected} people expected.`,
  );
