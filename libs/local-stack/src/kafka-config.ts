import { randomBytes } from 'node:crypto';

/** One broker of a local cluster; it is its own controller too. */
export interface BrokerPlace {
  /** From 1. */
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  /** More listeners for clients, each of which tells them to come to another port than its own. */
  readonly doors: readonly { readonly port: number; readonly advertisedPort: number }[];
}

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

/** `server.properties` of one broker. Holds the administrator's password. */
export function serverProperties(
  broker: BrokerPlace,
  cluster: readonly BrokerPlace[],
  admin: { readonly name: string; readonly password: string },
): string {
  const { name, password } = admin;
  const replicas = cluster.length;
  const inSync = replicas === 1 ? 1 : 2;
  const doors = broker.doors.map((door, index) => ({ ...door, listener: `DOOR${index + 1}` }));
  const at = (port: number): string => `://127.0.0.1:${port}`;
  const scram = `${SCRAM} username="${name}" password="${password}";`;
  const properties: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': broker.id,
    'controller.quorum.voters': cluster
      .map((peer) => `${peer.id}@127.0.0.1:${peer.controllerPort}`)
      .join(','),
    listeners: [
      `SASL_PLAINTEXT${at(broker.port)}`,
      `CONTROLLER${at(broker.controllerPort)}`,
      ...doors.map(({ listener, port }) => listener + at(port)),
    ].join(','),
    'advertised.listeners': [
      `SASL_PLAINTEXT${at(broker.port)}`,
      ...doors.map(({ listener, advertisedPort }) => listener + at(advertisedPort)),
    ].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'SASL_PLAINTEXT',
    'listener.security.protocol.map': ['CONTROLLER', 'SASL_PLAINTEXT', ...doors.map((it) => it.listener)]
      .map((listener) => `${listener}:SASL_PLAINTEXT`)
      .join(','),
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    ...Object.fromEntries(
      ['sasl_plaintext', ...doors.map(({ listener }) => listener.toLowerCase())].flatMap((listener) => [
        [`listener.name.${listener}.sasl.enabled.mechanisms`, 'SCRAM-SHA-512'],
        [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`, scram],
      ]),
    ),
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': `${PLAIN} username="${name}" password="${password}" user_${name}="${password}";`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${name}`,
    'allow.everyone.if.no.acl.found': 'false',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    // After kill -9 a broker waits out its old session before it opens again: 13 s without these two, 5 s with them.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'unclean.leader.election.enable': 'false',
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'log.dirs': broker.logDir,
    ...(replicas === 1
      ? {}
      : { 'controller.quorum.fetch.timeout.ms': 1000, 'controller.quorum.election.timeout.ms': 500 }),
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** 16 random bytes, as Kafka writes them: never with a leading hyphen, which its command line takes for an option. */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
