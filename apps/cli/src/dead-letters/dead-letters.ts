import { AppError } from '@liaison/kernel';
import { OperatorClient } from '../operator/operator-client';
import { type AccessOptions, accessTo } from '../operator/agency-access';
import type { Output } from '../output';
import { tableLines } from '../walkthrough/table';
import { instantBefore } from '../operator/age';

export interface DeadLetterOptions extends AccessOptions {
  readonly direction?: string;
  readonly peer?: string;
  readonly reason?: string;
  readonly type?: string;
  /** Such as `2h`. */
  readonly olderThan?: string;
  readonly confirm: boolean;
  readonly withdraw: boolean;
}

export interface DeadLetter {
  readonly key: string;
  readonly type: string | null;
  readonly reference: string | null;
  readonly sequence: number | null;
  readonly reason: string | null;
  readonly at: string;
  readonly size: number | null;
  readonly attempts: number;
  readonly proposedDiscard: { readonly by: string; readonly reason: string; readonly at: string } | null;
}

export interface Outcome {
  readonly key: string;
  readonly state: string;
  readonly reason: string | null;
  readonly already: boolean;
  readonly released: number;
  readonly eventId: string | null;
}

/** Exit code of a redrive that parked the event again, so that scripts see it. */
export const PARKED_AGAIN = 3;

export async function listLetters(
  agency: string,
  options: DeadLetterOptions,
  output: Output,
): Promise<number> {
  const query = new URLSearchParams({ limit: '200' });
  for (const name of ['direction', 'peer', 'reason', 'type'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  if (options.olderThan !== undefined) query.set('before', instantBefore(options.olderThan));
  const client = new OperatorClient(await accessTo(agency, options));
  const letters: DeadLetter[] = [];
  const pages = client.pages<{ items: DeadLetter[]; next: string | null }>(
    `/v1/dead-letters?${query.toString()}`,
  );
  for await (const { items } of pages) {
    letters.push(...items);
  }
  for (const line of listLines(letters)) output.say(line);
  output.result({ agency, items: letters });
  return 0;
}

export async function showLetter(
  agency: string,
  key: string,
  options: DeadLetterOptions,
  output: Output,
): Promise<number> {
  const client = new OperatorClient(await accessTo(agency, options));
  const letter = await client.get<DeadLetter>(pathOf(key));
  for (const [name, value] of Object.entries(letter)) {
    output.say(
      `${name.padEnd(16)} ${value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? '-')}`,
    );
  }
  output.result(letter);
  return 0;
}

export async function redriveLetter(
  agency: string,
  key: string,
  options: DeadLetterOptions,
  output: Output,
): Promise<number> {
  const { state } = await act(agency, options, output, (client) =>
    client.post<Outcome>(`${pathOf(key)}/redrive`),
  );
  return state === 'parked' ? PARKED_AGAIN : 0;
}

export async function discardLetter(
  agency: string,
  key: string,
  options: DeadLetterOptions,
  output: Output,
): Promise<number> {
  const proposal = `${pathOf(key)}/discard-proposal`;
  const body = { reason: options.reason ?? '' };
  await act(agency, options, output, (client) => {
    if (options.withdraw) return client.delete<Outcome>(proposal);
    return client.post<Outcome>(options.confirm ? `${pathOf(key)}/discard` : proposal, body);
  });
  return 0;
}

/** Asks the service to do it, and says what came of it. */
async function act(
  agency: string,
  options: DeadLetterOptions,
  output: Output,
  ask: (client: OperatorClient) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await ask(new OperatorClient(await accessTo(agency, options)));
  output.say(outcomeLine(outcome));
  output.result(outcome);
  return outcome;
}

/** @throws AppError `key-invalid` */
function pathOf(key: string): string {
  if (/^(in|out)\/[a-z0-9-]+\/[0-9a-f-]+$/.test(key)) return `/v1/dead-letters/${key}`;
  throw new AppError('key-invalid', 'Name it as the list does: in/<agency>/<id> or out/<agency>/<id>.');
}

const COLUMNS = [
  { title: 'received', width: 20 },
  { title: 'type', width: 30 },
  { title: 'reason', width: 28 },
  { title: 'tried', width: 5 },
  { title: 'discard', width: 9 },
];

/** Two lines each: what it is, and the key that the other commands take. */
export function listLines(letters: readonly DeadLetter[]): string[] {
  if (letters.length === 0) return ['Nothing is parked.'];
  const rows = letters.map((letter) => [
    letter.at.slice(0, 19).replace('T', ' '),
    letter.type ?? '(not opened)',
    letter.reason ?? '',
    String(letter.attempts),
    letter.proposedDiscard ? 'proposed' : '',
  ]);
  return [
    ...tableLines(COLUMNS, rows),
    '',
    ...letters.map(({ key }) => `  ${key}`),
    '',
    `${letters.length} parked.`,
  ];
}

/** What came of an act, in one line. */
export function outcomeLine({ key, state, reason, already, released, eventId }: Outcome): string {
  const before = already ? ' (it was already)' : '';
  switch (state) {
    case 'applied':
      return `${key} is applied${before}${released > 0 ? `, and ${released} that waited behind it` : ''}.`;
    case 'waiting':
      return `${key} waits for what precedes it in its case${before}.`;
    case 'parked':
      return `${key} is parked again: ${reason}.`;
    case 'replaced':
      return `${key} is sent anew as ${eventId}${before}.`;
    case 'discard-proposed':
      return `${key} is proposed for discard${before}. Another operator confirms with --confirm.`;
    case 'discard-withdrawn':
      return `${key} is not proposed for discard any more${before}. It stays parked.`;
    default:
      return `${key} is ${reason ?? state}${before}${released > 0 ? `; ${released} behind it were applied` : ''}.`;
  }
}
