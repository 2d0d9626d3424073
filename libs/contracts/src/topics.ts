import { AppError, type Directory } from '@liaison/kernel';
import { DIRECTORY_ID } from './codes';

/** Audit records of all agencies; the audit-log service alone reads it. */
export const AUDIT_TOPIC = 'liaison.audit';

/** Conventions as they are published: compacted, one message a version, signed. Every agency reads it. */
export const CONVENTIONS_TOPIC = 'liaison.conventions';

/** Kind of the agency that keeps the audit log: its inbox is the audit topic. */
export const AUDIT_LOG_KIND = 'audit-log';

const AUDIT_PARTITIONS = 3;
/** Longer than any outage that is not a disaster: what the broker forgets unread has to be asked for again. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/** Structurally the broker port's `TopicSpec`. */
export interface TopicManifestEntry {
  readonly name: string;
  readonly partitions: number;
  readonly compacted?: boolean;
  readonly retentionMs?: number;
}

/** Where an agency receives. @throws AppError `agency-id-invalid` */
export function inboxTopic(agencyId: string): string {
  return `liaison.inbox.${topicSafe(agencyId)}`;
}

/** Ids and reasons of what an agency could not process. @throws AppError `agency-id-invalid` */
export function deadLetterTopic(agencyId: string): string {
  return `liaison.dead.${topicSafe(agencyId)}`;
}

/** Every topic that the agencies of a directory need: the shared ones, then by agency in order of id. */
export function topicManifest(directory: Directory): TopicManifestEntry[] {
  const agencies = [...directory.agencies()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    { name: AUDIT_TOPIC, partitions: AUDIT_PARTITIONS, retentionMs: RETENTION_MS },
    { name: CONVENTIONS_TOPIC, partitions: 1, compacted: true },
    ...agencies.flatMap((agency) => [
      ...(agency.kind === AUDIT_LOG_KIND
        ? []
        : [{ name: inboxTopic(agency.id), partitions: agency.inboxPartitions, retentionMs: RETENTION_MS }]),
      { name: deadLetterTopic(agency.id), partitions: 1, retentionMs: RETENTION_MS },
    ]),
  ];
}

/**
 * Partition for a new key (FNV-1a over its UTF-16 code units). Asked ONCE, when a case's lane towards a recipient is
 * first chosen; the answer is stored and never computed again, so that partitions can be added later.
 */
export function partitionFor(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}

function topicSafe(agencyId: string): string {
  if (agencyId.length <= 63 && new RegExp(DIRECTORY_ID, 'u').test(agencyId)) return agencyId;
  throw new AppError(
    'agency-id-invalid',
    'An agency id is at most 63 small letters, digits and single hyphens: it becomes part of topic names. Correct the directory.',
  );
}
