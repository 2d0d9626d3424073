import {
  AUDIT_LOG_KIND,
  AUDIT_TOPIC,
  CONVENTIONS_TOPIC,
  deadLetterTopic,
  inboxTopic,
} from '@liaison/contracts';

/** One rule of who may do what on the broker. Denials win; what no rule allows is refused. */
export interface AclEntry {
  /** User of the broker (Kafka: SCRAM user; embedded: login role). */
  readonly username: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** `prefixed`: every name that begins with `name`. */
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: 'read' | 'write';
  readonly permission: 'allow' | 'deny';
}

/** What an administrator of either broker can do besides the port. */
export interface AccessControl {
  /**
   * Adds the rules; removes none. Resolves when they are in force. Idempotent.
   * @throws AppError `broker-not-authorised` unless connected as an administrator
   */
  applyAcls(entries: readonly AclEntry[]): Promise<void>;
}

const ANY_INBOX = 'liaison.inbox.';
/** Compacted topics that every agency follows. */
const SHARED = ['liaison.directory', CONVENTIONS_TOPIC, 'liaison.checkpoints'];

/** The kind of agency that publishes conventions; no other may write them. */
const COORDINATION_KIND = 'coordination';

/** The one group that reads an agency's inbox; its access rules name it. */
export function consumerGroup(agencyId: string): string {
  return `liaison.${agencyId}`;
}

/** The one group in which an agency's processes follow conventions. */
export function conventionsGroup(agencyId: string): string {
  return `${consumerGroup(agencyId)}.conventions`;
}

/** Everything the service of an agency may do: send to every inbox but its own, and read its own. */
export function agencyAcls(agencyId: string, username: string): AclEntry[] {
  const inbox = inboxTopic(agencyId);
  return [
    allow(username, 'topic', inbox, 'read'),
    { ...allow(username, 'topic', inbox, 'write'), permission: 'deny' },
    allow(username, 'topic', AUDIT_TOPIC, 'write'),
    ...everyService(agencyId, username),
  ];
}

/** Beside what every agency may: whoever publishes conventions writes to their topic. */
export function coordinationAcls(agencyId: string, username: string): AclEntry[] {
  return [...agencyAcls(agencyId, username), allow(username, 'topic', CONVENTIONS_TOPIC, 'write')];
}

/**
 * The audit-log service reads the audit topic instead of an inbox, acknowledges to every agency, and writes records of
 * its own: its operators' searches are recorded too.
 */
export function auditLogAcls(agencyId: string, username: string): AclEntry[] {
  return [
    allow(username, 'topic', AUDIT_TOPIC, 'read'),
    allow(username, 'topic', AUDIT_TOPIC, 'write'),
    ...everyService(agencyId, username),
  ];
}

function everyService(agencyId: string, username: string): AclEntry[] {
  return [
    { ...allow(username, 'topic', ANY_INBOX, 'write'), pattern: 'prefixed' },
    allow(username, 'group', consumerGroup(agencyId), 'read'),
    allow(username, 'group', conventionsGroup(agencyId), 'read'),
    allow(username, 'topic', deadLetterTopic(agencyId), 'read'),
    allow(username, 'topic', deadLetterTopic(agencyId), 'write'),
    ...SHARED.map((name) => allow(username, 'topic', name, 'read')),
  ];
}

function allow(
  username: string,
  resource: AclEntry['resource'],
  name: string,
  operation: AclEntry['operation'],
): AclEntry {
  return { username, resource, name, pattern: 'literal', operation, permission: 'allow' };
}

/** What the service of an agency of some kind may do. */
export function aclsOfKind(kind: string, agencyId: string, username: string): AclEntry[] {
  if (kind === AUDIT_LOG_KIND) return auditLogAcls(agencyId, username);
  return kind === COORDINATION_KIND ? coordinationAcls(agencyId, username) : agencyAcls(agencyId, username);
}
