import { DELIVERY_ACKNOWLEDGED } from '@liaison/contracts';
import type { Book, Books } from './books';
import { differences } from './checker';

/**
 * What came or went between two looks, neither of which found anything pending; nothing when all stayed as it was. A broker
 * may hand a message over again at any time (its offset was not committed when a consumer came or went), and a repeat is
 * acknowledged once more: that changes nothing that anybody holds, and is no finding.
 */
export function changesBetween(before: Books, after: Books): string[] {
  const services = Object.keys(after.agencies) as (keyof Books['agencies'])[];
  return [
    ...services.flatMap((service) => {
      const [was, is] = [before.agencies[service], after.agencies[service]];
      return was && is ? bookChanges(was, is) : [`${service} has no book`];
    }),
    ...changed('issued', before.issued, after.issued),
    ...changed('received', before.received, after.received),
    ...changed('logged', before.logged, after.logged),
  ];
}

function bookChanges(was: Book, is: Book): string[] {
  const known = new Set([...was.deliveries, ...was.inbox].map(({ id }) => id));
  const repeated = ({ id, type }: { id: string; type: string | null }): boolean =>
    type === DELIVERY_ACKNOWLEDGED && !known.has(id);
  const { agency } = is;
  return [
    ...changed(
      `${agency}: delivery`,
      was.deliveries,
      is.deliveries.filter((it) => !repeated(it)),
    ),
    ...changed(
      `${agency}: inbox`,
      was.inbox,
      is.inbox.filter((it) => !repeated(it)),
    ),
    ...changed(`${agency}: record`, was.records.map(briefly), is.records.map(briefly)),
  ];
}

/** A record's content is a long text that says no more than its commitment. */
const briefly = ({ id, kind, commitment }: Book['records'][number]) => ({ id, kind, commitment });

const changed = (what: string, was: readonly object[], is: readonly object[]): string[] =>
  differences(
    was.map((it) => JSON.stringify(it)),
    is.map((it) => JSON.stringify(it)),
    `${what} gone after everything was settled`,
    `${what} new after everything was settled`,
  );
