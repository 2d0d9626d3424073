import { agencyOf, AUDIT_TOPIC, type Envelope, inboxTopic } from '@liaison/contracts';
import type { IncomingMessage } from '@liaison/messaging';
import type { Books } from './books';
import { readTopic } from './topic';
import type { System } from './system';

/** Whose inboxes are read, whoever runs: where nobody has anything to say to an agency, whatever is there leaked. */
const ALWAYS = ['police-75', 'prefecture-75', 'prefecture-13', 'ase-75'];
const LOG = 'audit-log';

/** Whose events each topic holds. */
function ownersOf({ services }: System): ReadonlyMap<string, string> {
  const agencies = new Set([...ALWAYS, ...services.map(({ agencyId }) => agencyId)]);
  agencies.delete(LOG);
  const inboxes = [...agencies].map((agency) => [inboxTopic(agency), agency] as const);
  return new Map([...inboxes, [AUDIT_TOPIC, LOG]]);
}

/**
 * What the broker holds against what the senders' books say: nothing else, the same bytes again, each case in order.
 * @param restored agencies that have forgotten a part of what they sent
 */
export async function findTopicFaults(
  system: System,
  { agencies }: Books,
  restored: readonly string[] = [],
): Promise<{ readonly faults: string[]; readonly repeats: number }> {
  const deliveries = Object.values(agencies).flatMap((book) => book.deliveries);
  const faults: string[] = [];
  let repeats = 0;
  for (const [topic, owner] of ownersOf(system)) {
    const messages = await readTopic(system, topic);
    const firsts = firstOfEach(messages, faults);
    repeats += messages.length - firsts.length;
    faults.push(...orderFaults(firsts.map(({ value, partition }) => ({ ...envelopeIn(value), partition }))));
    const strays = firsts
      .map(({ value }) => envelopeIn(value))
      .filter(({ recipient }) => recipient !== owner);
    faults.push(...strays.map(({ id, recipient }) => `${id} is for ${recipient}, and on ${topic}`));
    const frozen = deliveries.filter((it) => it.topic === topic && it.state === 'frozen').map(({ id }) => id);
    const held = new Map(firsts.map((message) => [idOf(message), envelopeIn(message.value)]));
    faults.push(...frozen.filter((id) => !held.delete(id)).map((id) => `${id} is not on ${topic}`));
    faults.push(
      ...[...held]
        .filter(([, { source }]) => !restored.includes(agencyOf(source)))
        .map(([id]) => `${id} is on ${topic}, and nobody sent it`),
    );
  }
  return { faults, repeats };
}

/** Each id once an epoch, in order of its first message; a later one must have the same bytes in the same partition. */
function firstOfEach(messages: readonly IncomingMessage[], faults: string[]): IncomingMessage[] {
  const firsts = new Map<string, IncomingMessage>();
  for (const message of messages) {
    const key = `${idOf(message)} ${envelopeIn(message.value).epoch}`;
    const first = firsts.get(key);
    if (!first) firsts.set(key, message);
    else if (!first.value.equals(message.value) || first.partition !== message.partition) {
      faults.push(`${idOf(message)} was sent again with other bytes, or elsewhere`);
    }
  }
  return [...firsts.values()];
}

/** Of one case in one epoch: one partition, and numbers that count up from 1. */
function orderFaults(envelopes: readonly (Envelope & { readonly partition: number })[]): string[] {
  const faults: string[] = [];
  const last = new Map<string, { sequence: number; partition: number }>();
  for (const { source, subject, epoch, sequence, partition } of envelopes) {
    if (sequence === undefined) continue;
    const stream = `${source} ${subject} ${epoch}`;
    const before = last.get(stream) ?? { sequence: 0, partition };
    if (sequence !== before.sequence + 1 || partition !== before.partition) {
      faults.push(`${stream}: ${sequence} came after ${before.sequence} on the broker`);
    }
    last.set(stream, { sequence, partition });
  }
  return faults;
}

const idOf = ({ headers }: IncomingMessage): string => headers['id'] ?? 'no id';

/** What the development seal frames: one line, then the envelope. */
export function envelopeIn(sealed: Buffer): Envelope {
  return JSON.parse(sealed.subarray(sealed.indexOf('\n') + 1).toString('utf8')) as Envelope;
}
