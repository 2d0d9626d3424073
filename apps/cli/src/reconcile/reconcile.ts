import { AppError } from '@liaison/kernel';
import { type AccessOptions, accessTo } from '../operator/agency-access';
import { millisecondsOf } from '../operator/age';
import { OperatorClient } from '../operator/operator-client';
import type { Output } from '../output';
import {
  compareBooks,
  type Comparison,
  type Difference,
  DIFFERENCES,
  type ReceivedEntry,
  type SentEntry,
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
    // In this order: what has arrived by the first reading has left by the second.
    const received = await readBook<ReceivedEntry>(to, `/v1/books/${from.agency}/received`);
    const sent = await readBook<SentEntry>(from, `/v1/books/${to.agency}/sent`);
    const direction = { from: from.agency, to: to.agency, sent: sent.items, received: received.items };
    const { counts, differences: found } = compareBooks(direction, sent.at, delayMs);
    reports.push({ from: from.agency, to: to.agency, counts });
    differences.push(...found);
  }
  return { reports, differences };
}

/** The whole book, and when its service began to read it. */
async function readBook<T>(client: OperatorClient, path: string): Promise<{ items: T[]; at: string }> {
  const items: T[] = [];
  let at: string | undefined;
  for await (const page of client.pages<T>(`${path}?limit=1000`)) {
    items.push(...page.items);
    at ??= page.at;
  }
  return { items, at: at ?? new Date().toISOString() };
}

export function reportLines(reports: readonly Report[], differences: readonly Difference[]): string[] {
  const lines = reports.map(
    ({ from, to, counts }) =>
      `${from} -> ${to}: ${counts.sent} sent, ${counts.received} received, ${counts.underWay} under way, ${counts.parked} parked`,
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
