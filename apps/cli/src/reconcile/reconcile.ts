import { AppError } from '@liaison/kernel';
import { type AccessOptions, accessTo } from '../operator/agency-access';
import { millisecondsOf } from '../operator/age';
import { OperatorClient } from '../operator/operator-client';
import type { Output } from '../output';
import {
  BookComparison,
  type Comparison,
  type Difference,
  DIFFERENCES,
  type ReceivedEntry,
  type SentEntry,
  type Stretch,
} from './compare-books';

export interface ReconcileOptions extends AccessOptions {
  /** From which age on things count as late, such as `15m`. */
  readonly lateAfter: string;
}

/** Exit codes: 0 the books agree, 1 they differ, 2 they could not be compared. */
export const SAME = 0;
export const DIFFERENT = 1;
export const NOT_COMPARED = 2;

interface Report {
  readonly from: string;
  readonly to: string;
  readonly counts: Comparison['counts'];
}

/** Compares both sides' books, both ways. Whatever keeps it from reading them is exit code 2. */
export async function reconcile(
  agencies: readonly [string, string],
  options: ReconcileOptions,
  output: Output,
): Promise<number> {
  try {
    const [a, b] = agencies;
    if (a === b) throw new AppError('one-agency', 'Name two different agencies.');
    const delayMs = millisecondsOf(options.lateAfter);
    const clients: [OperatorClient, OperatorClient] = [
      new OperatorClient(await accessTo(a, options)),
      new OperatorClient(await accessTo(b, options)),
    ];
    const { reports, differences } = await compareBoth(clients, delayMs);
    for (const line of reportLines(reports, differences)) output.say(line);
    output.result({
      agencies,
      lateAfter: options.lateAfter,
      same: differences.length === 0,
      reports,
      differences,
    });
    return differences.length === 0 ? SAME : DIFFERENT;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(`Not compared: ${error.message}`);
    return NOT_COMPARED;
  }
}

async function compareBoth([a, b]: readonly [OperatorClient, OperatorClient], delayMs: number) {
  const routes = [
    { from: a, to: b },
    { from: b, to: a },
  ];
  const reports: Report[] = [];
  const differences: Difference[] = [];
  for (const { from, to } of routes) {
    const comparison = new BookComparison(from.agency, to.agency, delayMs);
    for await (const stretch of stretches(from, to)) comparison.add(stretch);
    const { counts, differences: found } = comparison.end();
    reports.push({ from: from.agency, to: to.agency, counts });
    differences.push(...found);
  }
  return { reports, differences };
}

/** Entries of a book read at once, and held. */
const PAGE = 1000;

interface BookPage<Entry> {
  readonly items: readonly Entry[];
  readonly next: string | null;
  /** When its service read it. */
  readonly at: string;
}

interface SentPage extends BookPage<SentEntry> {
  /** The agency's own. A service of an older version does not say it. */
  readonly epoch?: string;
}

/**
 * Both books, a page of the recipient's at a time: first what has arrived, then, up to the same place, what was sent. What
 * has arrived by the first reading has left by the second.
 */
async function* stretches(from: OperatorClient, to: OperatorClient): AsyncGenerator<Stretch> {
  const arrived = to.pages<BookPage<ReceivedEntry>>(`/v1/books/${from.agency}/received?limit=${PAGE}`);
  let reached = '';
  for await (const { items, next } of arrived) {
    let received = items;
    const until = next === null ? '' : `&until=${encodeURIComponent(next)}`;
    const path = `/v1/books/${to.agency}/sent?limit=${PAGE}${until}`;
    for await (const { items: sent, epoch, at } of from.pages<SentPage>(path, reached)) {
      yield { sent, received, senderEpoch: epoch, at };
      received = [];
    }
    reached = next ?? '';
  }
}

export function reportLines(reports: readonly Report[], differences: readonly Difference[]): string[] {
  const lines = reports.map(
    ({ from, to, counts }) =>
      `${from} -> ${to}: ${counts.sent} sent, ${counts.received} received, ${counts.underWay} under way, ${counts.parked} parked` +
      (counts.recordsKept > 0 ? `, ${counts.recordsKept} of records that ${from} forgot in a restore` : ''),
  );
  if (differences.length === 0) return [...lines, 'The books agree.'];
  const summary = DIFFERENCES.flatMap((what) => {
    const count = differences.filter((difference) => difference.what === what).length;
    return count > 0 ? [`${count} ${what}`] : [];
  });
  return [
    ...lines,
    ...differences.map(
      ({ what, how, from, to, reference, sequence, id }) =>
        `${what.padEnd(10)} ${how}: ${from} -> ${to}, case ${reference}, number ${sequence}, event ${id}`,
    ),
    `The books differ: ${summary.join(', ')}.`,
  ];
}
