import { NOTICE_ISSUED } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { type AuditRow, type Book, type Books, type InboxRow, readBooks } from '../books';
import { countsUp, differences, failOn, groupBy, pendingFaults, recordFaults } from '../checker';
import type { Accepted } from '../load';
import type { ServiceName, System } from '../system';
import { findTopicFaults } from '../topic-checker';

/** A service's database was put back to what it was at one time, at another (`performance.now()`). */
export interface Restored {
  readonly service: ServiceName;
  readonly backedUpAt: number;
  readonly restoredAt: number;
}

const PATIENCE_MS = 60_000;

/**
 * What has to hold after a restore. The agency's own memory of the time between is gone, and nobody can give it back:
 * what the police accepted then may be gone with it. Everything else is whole, and applied once.
 */
export async function expectWholeAfter(
  system: System,
  restored: Restored,
  accepted: readonly Accepted[],
): Promise<void> {
  await eventually(async () => failOn(findFaultsAfter(await readBooks(system), restored, accepted)), {
    timeoutMs: PATIENCE_MS,
    everyMs: 500,
  });
  const books = await readBooks(system);
  const { agencyId } = system.service(restored.service);
  const { faults } = await findTopicFaults(system, books, [agencyId]);
  failOn(faults);
}

export function findFaultsAfter(books: Books, restored: Restored, accepted: readonly Accepted[]): string[] {
  const agencies = Object.values(books.agencies);
  const unheard = answersToForgotten(books, restored);
  return [
    ...agencies.flatMap((book) => pendingFaults(withoutUnheard(book, unheard))),
    ...agencies.flatMap(recordFaults),
    ...noticeFaults(books, restored, accepted),
    ...logFaults(books, restored),
    ...pairFaults(books, new Set(unheard.map(({ id }) => id))),
  ];
}

/**
 * What answers something that the restored agency has forgotten saying: it is parked there for people to see, and what follows
 * in its case waits. No other agency parks anything, and nothing is parked for another reason.
 */
function answersToForgotten({ agencies }: Books, { service }: Restored): readonly Unheard[] {
  const { agency = '', inbox = [] } = agencies[service] ?? {};
  const caseOf = (it: InboxRow): string => `${it.source} ${it.reference}`;
  const parked = inbox.filter(
    ({ state, reason }) => state === 'parked' && /-(unknown|not-found)$/.test(reason ?? ''),
  );
  const held = new Set(parked.map(caseOf));
  const waiting = inbox.filter((it) => it.state === 'waiting' && held.has(caseOf(it)));
  return [...parked, ...waiting].map((it) => ({
    agency,
    id: it.id,
    source: it.source,
    reference: it.reference,
  }));
}

interface Unheard extends Pick<InboxRow, 'id' | 'source' | 'reference'> {
  /** That has it, and does not know what it is about. */
  readonly agency: string;
}

/** The sender knows that its case has not been heard to the end, of each of these. */
function withoutUnheard(book: Book, unheard: readonly Unheard[]): Book {
  const here = new Set(unheard.filter(({ agency }) => agency === book.agency).map(({ id }) => id));
  const cases = new Set(
    unheard.filter(({ source }) => source === book.agency).map(({ reference }) => reference),
  );
  return {
    ...book,
    inbox: book.inbox.filter(({ id }) => !here.has(id)),
    records: book.records.filter(
      ({ kind, record }) => kind !== 'parked' || !here.has(String(record['eventId'])),
    ),
    unacknowledged: Math.max(0, book.unacknowledged - cases.size),
  };
}

/** Accepted by a police that has forgotten, or asked for again because it had forgotten the first answer. */
const mayBeForgotten = ({ service, backedUpAt, restoredAt }: Restored, notice: Accepted): boolean =>
  service === 'police' && notice.askedAt <= restoredAt && notice.acceptedAt >= backedUpAt;

function noticeFaults(
  { agencies, issued, received }: Books,
  restored: Restored,
  accepted: readonly Accepted[],
) {
  const eventOf = new Map(
    agencies.police.deliveries
      .filter(({ type }) => type === NOTICE_ISSUED)
      .map(({ caseId, id }) => [caseId, id]),
  );
  const issuedAs = new Map(issued.map(({ id, caseId }) => [id, eventOf.get(caseId)]));
  const known = accepted.filter((it) => issuedAs.has(it.id) || !mayBeForgotten(restored, it));
  const forgotten = new Set(accepted.filter((it) => mayBeForgotten(restored, it)).map((it) => it.familyName));
  const knownEvents = new Set(issuedAs.values());
  const got = received.filter(
    ({ familyName, eventId }) => knownEvents.has(eventId) || !forgotten.has(familyName ?? ''),
  );
  return [
    ...differences(
      known.map(({ id, familyName }) => `${familyName} as ${issuedAs.get(id)}`),
      got.map(({ familyName, eventId }) => `${familyName} as ${eventId}`),
      'accepted and not received',
      'received and not accepted',
    ),
    ...differences(
      known.map(({ id }) => id),
      [...issuedAs.keys()],
      'accepted and not issued',
      'issued and not accepted',
    ),
    ...repeated(received.map(({ eventId }) => eventId)).map((id) => `${id} was applied twice`),
  ];
}

/** Nothing that anybody remembers is missing, nothing is there twice; what only the log remembers is of the restored one. */
function logFaults({ agencies, logged }: Books, { service }: Restored): string[] {
  const forgetful = agencies[service]?.agency ?? '';
  const written = Object.values(agencies).flatMap(({ agency, records }) =>
    records.map(({ id, commitment }) => `${agency} ${id} ${commitment}`),
  );
  const remembered = new Set(written);
  const held = logged
    .map(({ agency, id, commitment }) => `${agency} ${id} ${commitment}`)
    .filter((it) => remembered.has(it) || !it.startsWith(`${forgetful} `));
  const numbers = groupBy(logged, ({ agency, epoch }) => `${agency}/${epoch}`);
  // A record that the log had already fills its number in the new epoch and stays under the old one: later ones have holes.
  const first = [...numbers.keys()].filter((it) => it.startsWith(`${forgetful}/`)).sort()[0];
  return [
    ...differences(written, held, 'record not in the audit log', 'only in the audit log'),
    ...repeated(logged.map(({ agency, id }) => `${agency} ${id}`)).map(
      (it) => `the audit log has ${it} twice`,
    ),
    ...[...numbers].flatMap(([stream, members]) => {
      const given = members.map(({ number }) => number);
      const later = stream.startsWith(`${forgetful}/`) && stream !== first;
      const well = later ? repeated(given.map(String)).length === 0 : countsUp(given);
      return well ? [] : [`the audit log's numbers of ${stream} are not right`];
    }),
  ];
}

/** Whatever left has its record and its receipt; a receipt without a record is of what the sender has forgotten. */
function pairFaults({ agencies, logged }: Books, unheard: ReadonlySet<string>): string[] {
  const all = Object.values(agencies);
  const recorded = (kind: string): AuditRow[] =>
    all.flatMap(({ records }) => records.filter((it) => it.kind === kind));
  const receipts = new Set(
    recorded('receipt').map(({ record }) => keyOf(record['eventId'], record['disclosureCommitment'])),
  );
  const disclosures = new Set(
    recorded('disclosure').map(({ record, commitment }) => keyOf(record['eventId'], commitment)),
  );
  const known = new Set(logged.map(({ commitment }) => commitment));
  const kept = new Set(all.flatMap(({ deliveries }) => deliveries.map(({ id }) => id)));
  const left = all.flatMap(({ deliveries }) =>
    deliveries
      .filter(({ id, kind, state }) => kind === 'event' && state === 'frozen' && !unheard.has(id))
      .map(({ id, commitment }) => keyOf(id, commitment)),
  );
  const unpaired = recorded('receipt')
    .filter(({ record }) => !disclosures.has(keyOf(record['eventId'], record['disclosureCommitment'])))
    .filter(({ record }) => !known.has(String(record['disclosureCommitment'])))
    .filter(({ record }) => kept.has(String(record['eventId'])));
  return [
    ...left.filter((key) => !disclosures.has(key)).map((key) => `left without a disclosure record: ${key}`),
    ...left.filter((key) => !receipts.has(key)).map((key) => `disclosure without a receipt: ${key}`),
    ...unpaired.map(({ id }) => `receipt without a disclosure: ${id}`),
  ];
}

const keyOf = (eventId: unknown, commitment: unknown): string => `${String(eventId)} ${String(commitment)}`;

function repeated(items: readonly string[]): string[] {
  return [...groupBy(items, (it) => it)].filter(([, members]) => members.length > 1).map(([it]) => it);
}
