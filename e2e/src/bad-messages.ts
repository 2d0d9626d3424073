import { randomUUID } from 'node:crypto';
import { type Envelope, inboxTopic, NOTICE_ISSUED } from '@liaison/contracts';
import { DevelopmentSealing } from '@liaison/messaging';
import { anEnvelope, aNotice, currentConvention } from '@liaison/testing';
import { MARK } from './marked-notice';
import type { System } from './system';

const PARTITIONS = [0, 1, 2];
const sealing = new DevelopmentSealing('development');

/** What an inbox may hold that its agency cannot process, each with the reason that it is to be parked for. */
export const BAD_MESSAGES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'seal-broken': async () => Buffer.from(`not sealed ${MARK} ${randomUUID()}`),
  'envelope-not-json': () => seal(`not JSON ${MARK} ${randomUUID()}`),
  'envelope-invalid': () => seal(JSON.stringify({ specversion: '1.0', id: randomUUID(), name: MARK })),
  'event-version-newer': () => sealed({ type: NOTICE_ISSUED.replace(/2$/, '3') }),
  'event-type-unknown': () => sealed({ type: 'liaison.nothing.happened.v1' }),
  'event-data-invalid': () => sealed({ data: { procedure: { departement: '75' }, civilStatus: MARK } }),
  // The convention lets no investigators' account through, and the police would not have sent it.
  'over-sharing': () => sealed({ data: { ...aNotice(), exploitation: { account: MARK } } }),
  'sender-unknown': () => sealed({ source: 'urn:liaison:agency:police-99' }),
  'wrong-recipient': () => sealed({ recipient: 'prefecture-13' }),
};

function sealed(overrides: Partial<Envelope>): Promise<Buffer> {
  const { contact: _contact, address: _address, ...rest } = aNotice();
  const envelope = anEnvelope('police-75', {
    type: NOTICE_ISSUED,
    recipient: 'prefecture-75',
    data: rest,
    recipientversion: 1,
    purpose: 'residence-of-victims',
    convention: currentConvention('police-prefecture'),
    ...overrides,
  });
  return seal(JSON.stringify(envelope));
}

const seal = (text: string): Promise<Buffer> => sealing.seal(Buffer.from(text), 'prefecture-75');

/** Puts each of them into every partition of the préfecture's inbox, past the checks of any sender. */
export async function publishBadMessages(system: System): Promise<void> {
  const broker = await system.connectBroker();
  try {
    for (const partition of PARTITIONS) {
      const values = await Promise.all(Object.values(BAD_MESSAGES).map((make) => make()));
      const messages = values.map((value) => {
        const id = randomUUID();
        return { key: id, value, headers: { id, 'content-type': 'application/octet-stream' } };
      });
      await broker.publish(inboxTopic('prefecture-75'), partition, messages);
    }
  } finally {
    await broker.disconnect();
  }
}
