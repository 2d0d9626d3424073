import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOTICE_ISSUED } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { type AuditRow, type Book, type Books, type Delivery, readBooks } from './books';
import { changesBetween } from './stillness';
import { findTopicFaults } from './topic-checker';
import type { Accepted } from './load';
import type { System } from './system';

/** Longer than two polls of a dispatcher: what is still under way would show. */
const QUIET_MS = 2500;
const SHOWN = 10;

type AcceptedNotice = Pick<Accepted, 'id' | 'familyName'>;

/**
 * Waits until every accepted notice is at the recipient exactly once, in order, with both audit records, everything in
 * the audit log, nothing else anywhere and nothing pending; then that it stays so; then that the broker agrees.
 * @returns how many messages the broker holds more than once: evidence that something was sent again
 */
export async function expectDeliveredOnce(
  system: System,
  accepted: readonly AcceptedNotice[],
): Promise<{ readonly repeats: number }> {
  const settled = await wholeBooks(system, accepted);
  const { faults, repeats } = await findTopicFaults(system, await readBooks(system));
  failOn(faults);
  await sleep(QUIET_MS);
  failOn(changesBetween(settled, await wholeBooks(system, accepted)));
  return { repeats };
}

const wholeBooks = (system: System, accepted: readonly AcceptedNotice[]): Promise<Books> =>
  eventually(
    async () => {
      const books = await readBooks(system);
      failOn(findFaults(books, accepted));
      return books;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );

/** @throws Error that names the first of them */
export function failOn(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length > SHOWN ? [`and ${faults.length - SHOWN} more`] : [];
  throw new Error([...faults.slice(0, SHOWN), ...more].join('\n'));
}

/** What is not as it must be; nothing when all is well. */
export function findFaults(books: Books, accepted: readonly AcceptedNotice[]): string[] {
  return [...findDeliveryFaults(books), ...noticeFaults(books, accepted)];
}

/** The same of delivery and its records alone, whatever was sent. */
export function findDeliveryFaults(books: Books): string[] {
  const agencies = Object.values(books.agencies);
  return [
    ...agencies.flatMap(pendingFaults),
    ...agencies.flatMap(sequenceFaults),
    ...agencies.flatMap((sender) => agencies.flatMap((recipient) => transferFaults(sender, recipient))),
    ...agencies.flatMap(recordFaults),
    ...pairFaults(agencies),
    ...logFaults(books),
  ];
}

export function pendingFaults(book: Book): string[] {
  const { agency, inbox, records } = book;
  return [
    ...(['intents', 'unmarkedLanes', 'unacknowledged'] as const)
      .filter((what) => book[what] > 0)
      .map((what) => `${agency} has ${book[what]} ${what}`),
    ...inbox
      .filter(({ state }) => state !== 'applied')
      .map(({ id, state, reason }) => `${agency} has ${id} in its inbox as ${state} (${reason})`),
    ...records
      .filter(({ kind }) => kind === 'parked' || kind === 'refusal')
      .map(({ id, kind }) => `${agency} has the record ${id} of something ${kind}`),
  ];
}

/** For each case and recipient, numbers from 1 without holes. */
function sequenceFaults({ agency, deliveries }: Book): string[] {
  const streams = groupBy(
    deliveries.filter(isSequenced),
    (it) => `${it.recipient}/${it.reference}/${it.epoch}`,
  );
  return [...streams].flatMap(([stream, members]) =>
    countsUp(members.map(({ sequence }) => sequence ?? 0)) ? [] : [`${agency} numbered ${stream} with holes`],
  );
}

const isSequenced = ({ kind, state }: Delivery): boolean =>
  (kind === 'event' || kind === 'audit') && state === 'frozen';

/** What one agency sent is what the other has, with the same number in the same case. */
function transferFaults(sender: Book, recipient: Book): string[] {
  const describe = (it: {
    id: string;
    type: string | null;
    reference: string | null;
    sequence: number | null;
  }) => `${it.type} ${it.id} (case ${it.reference}, number ${it.sequence})`;
  const sent = sender.deliveries
    .filter(({ state, kind }) => state === 'frozen' && kind !== 'dead-letter')
    .filter((delivery) => delivery.recipient === recipient.agency)
    // Acknowledgements are unsequenced: the inbox keeps no case for them.
    .map((it) => describe(it.sequence === null ? { ...it, reference: null } : it));
  const got = recipient.inbox.filter(({ source }) => source === sender.agency).map(describe);
  const route = `${sender.agency} -> ${recipient.agency}`;
  return differences(sent, got, `${route}: sent and not applied`, `${route}: applied and not sent`);
}

/** Accepted, issued, sent and received: the same notices, each once. */
function noticeFaults({ agencies, issued, received }: Books, accepted: readonly AcceptedNotice[]): string[] {
  const sent = agencies.police.deliveries.filter(({ type }) => type === NOTICE_ISSUED);
  const caseOf = new Map(issued.map(({ id, caseId }) => [id, caseId]));
  const eventOf = new Map(sent.map(({ caseId, id }) => [caseId, id]));
  const expected = accepted.map(
    ({ id, familyName }) => `${familyName} as ${eventOf.get(caseOf.get(id) ?? '')}`,
  );
  const got = received.map(({ familyName, eventId }) => `${familyName} as ${eventId}`);
  return [
    ...differences(
      accepted.map(({ id }) => id),
      issued.map(({ id }) => id),
      'accepted and not issued',
      'issued and not accepted',
    ),
    ...(sent.length === issued.length ? [] : [`${sent.length} deliveries of ${issued.length} notices`]),
    ...differences(expected, got, 'accepted and not received', 'received and not accepted'),
  ];
}

/** Each record carries the commitment that its content and salt give. */
export function recordFaults({ agency, records }: Book): string[] {
  return records
    .filter(({ record, salt, commitment }) => sha256(canonical({ salt, record })) !== commitment)
    .map(({ id }) => `${agency}: the commitment of record ${id} does not hold`);
}

/** Every event that left has one disclosure record at its sender and one receipt record at its recipient. */
function pairFaults(agencies: readonly Book[]): string[] {
  const recorded = (kind: string, pick: (row: AuditRow) => unknown) =>
    agencies.flatMap(({ records }) =>
      records.filter((row) => row.kind === kind).map((row) => String(pick(row))),
    );
  const left = agencies.flatMap(({ deliveries }) =>
    deliveries.filter(({ kind, state }) => kind === 'event' && state === 'frozen'),
  );
  const disclosed = recorded(
    'disclosure',
    ({ record, commitment }) => `${String(record['eventId'])} ${commitment}`,
  );
  const receipts = recorded(
    'receipt',
    ({ record }) => `${String(record['eventId'])} ${String(record['disclosureCommitment'])}`,
  );
  return [
    ...differences(
      left.map(({ id, commitment }) => `${id} ${commitment}`),
      disclosed,
      'left without a disclosure record',
      'disclosure record without an event',
    ),
    ...differences(disclosed, receipts, 'disclosure without a receipt', 'receipt without a disclosure'),
  ];
}

/** The audit log holds every record of every agency once, numbered by its agency without holes; and no other. */
function logFaults({ agencies, logged }: Books): string[] {
  const written = Object.values(agencies).flatMap(({ agency, records }) =>
    records.map(({ id, commitment }) => `${agency} ${id} ${commitment}`),
  );
  const numbers = groupBy(logged, ({ agency, epoch }) => `${agency}/${epoch}`);
  return [
    ...differences(
      written,
      logged.map(({ agency, id, commitment }) => `${agency} ${id} ${commitment}`),
      'record not in the audit log',
      'only in the audit log',
    ),
    ...[...numbers].flatMap(([stream, members]) =>
      countsUp(members.map(({ number }) => number))
        ? []
        : [`the audit log's numbers of ${stream} have holes`],
    ),
  ];
}

/** Both ways, and each as often as it is there. */
export function differences(
  expected: readonly string[],
  found: readonly string[],
  missing: string,
  surplus: string,
): string[] {
  const balance = new Map<string, number>();
  for (const it of expected) balance.set(it, (balance.get(it) ?? 0) + 1);
  for (const it of found) balance.set(it, (balance.get(it) ?? 0) - 1);
  return [...balance]
    .filter(([, count]) => count !== 0)
    .map(([it, count]) => `${count > 0 ? missing : surplus}: ${it}`);
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const members = groups.get(keyOf(item)) ?? [];
    members.push(item);
    groups.set(keyOf(item), members);
  }
  return groups;
}

/** 1, 2, 3, ... in any order, each once. */
export function countsUp(numbers: readonly number[]): boolean {
  return [...numbers].sort((a, b) => a - b).every((number, index) => number === index + 1);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** JSON with sorted keys, written here again so that the product's own is checked too. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
