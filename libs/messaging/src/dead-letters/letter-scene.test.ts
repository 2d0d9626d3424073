import { NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  SMALL_DIRECTORY,
  startTestAgency,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from '../broker';
import type { ReceivedEvent } from '../consumer/ports';
import { replaceParked } from './replace';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
/** Operators. */
export const ANNE = { unit: 'desk', agent: 'aa'.repeat(32) };
export const BORIS = { unit: 'desk', agent: 'bb'.repeat(32) };

const event = (recipientVersion: number) => aNewEvent(PREFECTURE, recipientVersion);

export type LetterScene = Awaited<ReturnType<typeof startLetterScene>>;

/** Police, préfecture and audit log with real delivery; the préfecture parks the versions that it is told to. */
export async function startLetterScene() {
  const server = await testPostgres();
  const brokerDatabase = await createEmbeddedBroker(server);
  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });
  const police = await startTestAgency('police-75', server, newBroker('police'));
  let broken: ReadonlySet<number> = new Set();
  let whileApplying: (event: ReceivedEvent) => void = () => undefined;
  const prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
    handles: [NOTICE_ACKNOWLEDGED],
    onReceived: (received) => {
      if (broken.has((received.data as { recipientVersion: number }).recipientVersion)) {
        throw new AppError('version-odd', 'This test does not like this version.');
      }
      whileApplying(received);
    },
  });
  const auditLog = await startTestAgency('audit-log', server, newBroker('audit-log'));

  /** From now on the préfecture parks these versions, and no others. */
  const breakVersions = (...versions: number[]): void => {
    broken = new Set(versions);
  };
  const onApplying = (act: (event: ReceivedEvent) => void): void => {
    whileApplying = act;
  };

  async function append(caseId: string, version: number): Promise<void> {
    const { lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.append(manager, caseId, event(version)),
    );
    police.dispatcher.wake(lanes);
  }

  /** A case whose events 1, 2, 3 … are sent, of which some are broken. */
  async function send(count: number, breaking: readonly number[]) {
    breakVersions(...breaking);
    const caseId = randomUUID();
    const ids: string[] = [];
    let reference = '';
    for (let version = 1; version <= count; version += 1) {
      const recorded = await police.database.serve.transaction((manager) =>
        version === 1
          ? police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, event(1))
          : police.outbox.append(manager, caseId, event(version)),
      );
      police.dispatcher.wake(recorded.lanes);
      reference = recorded.intents[0]?.reference ?? '';
      ids.push(recorded.intents[0]?.eventId ?? '');
    }
    await eventually(async () => expect(await inboxOf(reference)).toHaveLength(count));
    return {
      caseId,
      reference,
      ids,
      key: (version: number) => ({ peer: 'police-75', id: ids[version - 1]! }),
    };
  }

  const inboxOf = async (reference: string) =>
    (
      await prefecture.database.owner.query<{ row: string }[]>(
        `SELECT concat_ws(' ', sequence, state, reason) AS row FROM messaging.inbox
          WHERE reference = $1 ORDER BY sequence`,
        [reference],
      )
    ).map(({ row }) => row);

  const bodiesOf = async (reference: string) =>
    (
      await prefecture.database.owner.query<{ sequence: number }[]>(
        'SELECT sequence FROM messaging.inbox WHERE reference = $1 AND body IS NOT NULL ORDER BY sequence',
        [reference],
      )
    ).map(({ sequence }) => sequence);

  const appliedOf = (reference: string) =>
    prefecture.received
      .filter(({ envelope }) => envelope.subject === reference)
      .map(({ envelope }) => envelope.sequence);

  const recordsOf = async (id: string) =>
    (
      await prefecture.database.owner.query<{ row: string }[]>(
        `SELECT concat_ws(' ', kind, left(record ->> 'agent', 2), record ->> 'reason') AS row
           FROM messaging.audit_record WHERE record ->> 'eventId' = $1 ORDER BY at, kind`,
        [id],
      )
    ).map(({ row }) => row);

  const statesOf = async (caseId: string) =>
    (
      await police.database.serve.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE case_id = $1 ORDER BY sequence',
        [caseId],
      )
    ).map(({ state }) => state);

  const letterOf = async ({ peer, id }: { peer: string; id: string }) =>
    (
      await prefecture.database.serve.query<{ state: string; attempts: number; settled: string | null }[]>(
        'SELECT state, attempts, settled FROM messaging.incoming_letter WHERE peer = $1 AND id = $2',
        [peer, id],
      )
    )[0];

  async function replace(id: string) {
    const replacement = await police.database.serve.transaction((manager) =>
      replaceParked(manager, police.audit, { peer: 'prefecture-75', id }, ANNE, new Date()),
    );
    police.dispatcher.wake(replacement.lanes);
    return replacement;
  }

  /** The sender publishes a case's messages again, as after a crash. */
  async function resendAll(reference: string): Promise<void> {
    const rows = await police.database.owner.query<
      { topic: string; partition: number; key: string; message_id: string; body: Buffer }[]
    >(
      `SELECT l.topic, l.partition, b.key, b.message_id, b.body FROM messaging.sealed_body b
         JOIN messaging.lane l ON l.id = b.lane_id WHERE b.key = $1 ORDER BY b.position`,
      [reference],
    );
    for (const { topic, partition, key, message_id, body } of rows) {
      await police.broker.publish(topic, partition, [
        { key, value: body, headers: { id: message_id, 'content-type': 'application/octet-stream' } },
      ]);
    }
  }

  async function unread(): Promise<number> {
    const lag = await prefecture.broker.lag('liaison.prefecture-75', 'liaison.inbox.prefecture-75');
    return lag.reduce((sum, { messages }) => sum + messages, 0);
  }

  return {
    police,
    prefecture,
    breakVersions,
    onApplying,
    send,
    append,
    replace,
    resendAll,
    unread,
    inboxOf,
    bodiesOf,
    appliedOf,
    recordsOf,
    statesOf,
    letterOf,
    stop: async () => {
      await Promise.all([police, prefecture, auditLog].map((agency) => agency.stop()));
      await brokerDatabase.drop();
      await server.stop();
    },
  };
}
