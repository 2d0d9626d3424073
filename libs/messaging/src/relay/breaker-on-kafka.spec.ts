import { inboxTopic, NOTICE_ACKNOWLEDGED, topicManifest } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  aNewEvent,
  describeWithKafka,
  eventually,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestKafka,
  testKafka,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  ResourcePatternTypes,
} from 'kafkajs';
import { agencyAcls } from '../broker/acls';
import { silentLogger } from '../broker/broker-logger';
import { KafkaBroker } from '../broker/kafka-broker';
import { kafkaClient, withAdmin } from '../broker/kafka-client';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const INBOX = inboxTopic('prefecture-75');

describeWithKafka('an inbox that Kafka does not let the police reach', () => {
  let kafka: TestKafka;
  let server: TestPostgres;
  let police: TestAgency;
  let prefecture: TestAgency | undefined;
  let auditLog: TestAgency;
  let username: string;

  const credentials = () => ({ username: kafka.adminUser, password: kafka.adminPassword });
  const brokerAs = (clientId: string, as = credentials()) =>
    new KafkaBroker({ brokers: kafka.brokers, clientId, closeTimeoutMs: 1000, ...as });
  const startPrefecture = (database?: TestAgency['database']) =>
    startTestAgency(
      'prefecture-75',
      server,
      brokerAs('prefecture'),
      { handles: [NOTICE_ACKNOWLEDGED] },
      database,
    );

  async function administer(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const client = kafkaClient({ brokers: kafka.brokers, clientId: 'admin', ...credentials() }, silentLogger);
    await withAdmin(client, work).finally(() => client.kill());
  }

  async function createTopics(): Promise<void> {
    const admin = brokerAs('topics');
    await admin.connect();
    await admin.createTopics(topicManifest(SMALL_DIRECTORY));
    await admin.applyAcls(agencyAcls('police-75', username));
    await admin.disconnect();
  }

  const forbidden = () => ({
    ...{ resourceType: AclResourceTypes.TOPIC, resourceName: INBOX, host: '*' },
    ...{ resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.WRITE },
    ...{ permissionType: AclPermissionTypes.DENY, principal: `User:${username}` },
  });

  beforeAll(async () => {
    [kafka, server] = await Promise.all([testKafka(), testPostgres()]);
    const user = kafka.users.at(-1);
    username = user?.name ?? '';
    await createTopics();
    police = await startTestAgency(
      'police-75',
      server,
      brokerAs('police', { username, password: user?.password ?? '' }),
    );
    auditLog = await startTestAgency('audit-log', server, brokerAs('audit-log'));
    prefecture = await startPrefecture();
  }, 120_000);

  afterAll(async () => {
    await Promise.all([police.stop(), prefecture?.stop(), auditLog.stop()]);
    // What all suites share stays.
    const own = topicManifest(SMALL_DIRECTORY).filter(({ compacted }) => !compacted);
    await administer((admin) => admin.deleteTopics({ topics: own.map(({ name }) => name) }));
    await Promise.all([server.stop(), kafka.stop()]);
  }, 60_000);

  async function openCase(): Promise<string> {
    const caseId = randomUUID();
    const { lanes } = await police.database.serve.transaction((manager) =>
      police.outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, aNewEvent(PREFECTURE, 1)),
    );
    police.dispatcher.wake(lanes);
    return caseId;
  }

  const isOpen = (reason: string) =>
    eventually(
      async () => {
        const rows = await police.database.serve.query(
          `SELECT reason FROM messaging.breaker WHERE topic = $1 AND state <> 'closed'`,
          [INBOX],
        );
        expect(rows).toEqual([{ reason }]);
      },
      { timeoutMs: 60_000 },
    );

  /** Of the cases, in whatever order. */
  const reach = (cases: readonly string[], state: string) =>
    eventually(
      async () => {
        const rows = await police.database.serve.query<{ state: string }[]>(
          'SELECT state FROM messaging.delivery_status WHERE case_id = ANY ($1)',
          [cases],
        );
        expect(rows.map((row) => row.state)).toEqual(cases.map(() => state));
      },
      { timeoutMs: 60_000 },
    );

  /** What was refused to one inbox is not refused to the audit log. */
  async function othersGoOn(): Promise<void> {
    const record = police.audit.prepare({
      kind: 'refusal',
      at: new Date().toISOString(),
      legalBases: [],
      fields: [],
    });
    await police.audit.append(police.database.ingest, [record]);
    police.dispatcher.wake([police.audit.laneId]);
    await eventually(() => {
      const recorded = JSON.stringify(auditLog.received.map(({ data }) => data));
      expect(recorded).toContain(record.recordId);
    });
  }

  it('forbidden: its breaker opens; allowed again, everything is delivered by itself', async () => {
    const before = await openCase();
    await reach([before], 'delivered');
    await administer((admin) => admin.createAcls({ acl: [forbidden()] }));
    const held = [await openCase(), await openCase(), await openCase()];
    await isOpen('topic-forbidden');
    await othersGoOn();
    await administer((admin) =>
      admin.deleteAcls({
        filters: [forbidden()],
      }),
    );
    await reach(held, 'delivered');
  }, 120_000);

  it('deleted: the same, once it is there again', async () => {
    await prefecture?.halt();
    await administer((admin) => admin.deleteTopics({ topics: [INBOX] }));
    const held = [await openCase(), await openCase(), await openCase()];
    await isOpen('topic-unknown');
    await othersGoOn();
    await createTopics();
    await reach(held, 'sent');
    prefecture = await startPrefecture(prefecture?.database);
    await reach(held, 'delivered');
  }, 120_000);
});
