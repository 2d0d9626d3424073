import { AppError } from '@liaison/kernel';
import {
  type Admin,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type AclEntry as KafkaAclEntry,
  ResourcePatternTypes,
} from 'kafkajs';
import type { AclEntry } from './acls';
import { delay } from './backoff';
import type { PartitionLag, TopicSpec } from './broker';
import { kafkaErrorType } from './kafka-errors';

const ACL_WAIT_MS = 10_000;
/** A thousand agencies have two thousand topics, which no request has the time to create. */
const TOPICS_A_REQUEST = 100;
const CREATE_MS = 10_000;
const LEADERS_WAIT_MS = 60_000;
const NOT_YET = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** Creates what is missing and adds partitions. The replication factor is the broker's default. */
export async function createTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !existing.has(name));
  for (let start = 0; start < missing.length; start += TOPICS_A_REQUEST) {
    await admin
      .createTopics({
        timeout: CREATE_MS,
        // kafkajs gives up where the broker does not know them yet, a moment after its controller has made them.
        waitForLeaders: false,
        topics: missing.slice(start, start + TOPICS_A_REQUEST).map((spec) => ({
          topic: spec.name,
          numPartitions: spec.partitions,
          replicationFactor: -1,
          configEntries: configOf(spec),
        })),
      })
      .catch((error: unknown) => {
        // Somebody else may have created it a moment ago.
        if (kafkaErrorType(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
      });
  }
  await untilLed(
    admin,
    missing.map(({ name }) => name),
  );
  const known = specs.filter(({ name }) => existing.has(name));
  if (known.length === 0) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ name }) => name) });
  const growing = known.filter(({ name, partitions }) => {
    const now = topics.find((topic) => topic.name === name)?.partitions.length ?? 0;
    return now < partitions;
  });
  if (growing.length === 0) return;
  await admin.createPartitions({
    topicPartitions: growing.map(({ name, partitions }) => ({ topic: name, count: partitions })),
  });
}

/** Until whoever asks next finds them, each partition with its leader. */
async function untilLed(admin: Admin, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  const deadline = performance.now() + LEADERS_WAIT_MS;
  while (!(await areLed(admin, topics))) {
    if (performance.now() > deadline) {
      throw new AppError(
        'broker-unavailable',
        `Kafka had no leaders for new topics in ${LEADERS_WAIT_MS} ms.`,
        {
          retriable: true,
        },
      );
    }
    await delay(50);
  }
}

async function areLed(admin: Admin, topics: readonly string[]): Promise<boolean> {
  try {
    const known = await admin.fetchTopicMetadata({ topics: [...topics] });
    return known.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if (NOT_YET.includes(kafkaErrorType(error))) return false;
    throw error;
  }
}

function configOf({ compacted, retentionMs }: TopicSpec) {
  return [
    ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
    ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
  ];
}

export async function lagOf(admin: Admin, group: string, topic: string): Promise<PartitionLag[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  return ends
    .map(({ partition, high, low }) => {
      const offset = BigInt(
        committed?.partitions.find((part) => part.partition === partition)?.offset ?? '-1',
      );
      const next = offset < BigInt(low) ? BigInt(low) : offset;
      return { partition, messages: Number(BigInt(high) - next) };
    })
    .sort((a, b) => a.partition - b.partition);
}

/** Adds access rules and waits until the broker applies them: the controller acknowledges a little earlier. */
export async function applyAcls(admin: Admin, entries: readonly AclEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const acl = entries.map(toKafka);
  await admin.createAcls({ acl });
  const deadline = performance.now() + ACL_WAIT_MS;
  while (!(await inForce(admin, acl))) {
    if (performance.now() > deadline) {
      throw new AppError('broker-unavailable', `Kafka did not apply the access rules in ${ACL_WAIT_MS} ms.`, {
        retriable: true,
      });
    }
    await delay(20);
  }
}

async function inForce(admin: Admin, wanted: readonly KafkaAclEntry[]): Promise<boolean> {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  const present = new Set(
    resources.flatMap((resource) => resource.acls.map((acl) => identity({ ...acl, ...resource }))),
  );
  return wanted.every((entry) => present.has(identity(entry)));
}

function identity(entry: KafkaAclEntry): string {
  const { principal, resourceType, resourcePatternType, resourceName, operation, permissionType } = entry;
  return [principal, resourceType, resourcePatternType, resourceName, operation, permissionType].join(' ');
}

function toKafka(entry: AclEntry): KafkaAclEntry {
  return {
    principal: `User:${entry.username}`,
    host: '*',
    resourceType: entry.resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: entry.name,
    resourcePatternType:
      entry.pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    operation: entry.operation === 'read' ? AclOperationTypes.READ : AclOperationTypes.WRITE,
    permissionType: entry.permission === 'allow' ? AclPermissionTypes.ALLOW : AclPermissionTypes.DENY,
  };
}
