import { BROKER } from '@liaison/casework';
import {
  AUDIT_LOG_KIND,
  AUDIT_TOPIC,
  type Envelope,
  inboxTopic,
  partitionFor,
  sourceOf,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { type Broker, DevelopmentSealing } from '@liaison/messaging';
import { randomUUID } from 'node:crypto';
import type { TestService } from './agency-harness';

type NamedAttributes = 'type' | 'recipient' | 'data';

/** An envelope as its sender makes it, the first of a new case; nothing checks that it is acceptable. */
export function anEnvelope(
  from: string,
  { ...named }: Pick<Envelope, NamedAttributes> & Partial<Envelope>,
): Envelope {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: sourceOf(from),
    subject: randomUUID(),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: named.type.replace(/^liaison\.(.*)\.(v\d+)$/, 'urn:liaison:schema:$1:$2'),
    epoch: '01930a1c-7b00-7c3e-9d54-2f6a8b1c0d9e',
    sequence: 1,
    correlationid: randomUUID(),
    ...named,
  };
}

/** Puts envelopes, or any bytes, into an agency's inbox past the sender's own checks, as whoever may write there can. */
export async function publishUnchecked(
  sender: TestService,
  recipient: Agency,
  messages: readonly (Envelope | Buffer)[],
): Promise<void> {
  const broker = sender.app.get<Broker>(BROKER);
  const topic = recipient.kind === AUDIT_LOG_KIND ? AUDIT_TOPIC : inboxTopic(recipient.id);
  const sealing = new DevelopmentSealing('development');
  for (const message of messages) {
    const id = randomUUID();
    const key = Buffer.isBuffer(message) ? id : message.subject;
    const value = Buffer.isBuffer(message)
      ? message
      : await sealing.seal(Buffer.from(JSON.stringify(message)), recipient.id);
    await broker.publish(topic, partitionFor(key, recipient.inboxPartitions), [
      { key, value, headers: { id, 'content-type': 'application/octet-stream' } },
    ]);
  }
}
