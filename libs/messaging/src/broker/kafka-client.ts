import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Admin, Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { BrokerLogger } from './broker-logger';
import { RECONNECT } from './backoff';

export interface KafkaConnection {
  /** `host:port` of one or more brokers; the others are found from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** SCRAM-SHA-512. Absent: no authentication. */
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority that signed the brokers' certificates. */
  readonly ssl?: { readonly ca: string | readonly string[] };
}

/**
 * kafkajs nests its retries and cannot abort them. So what can end by a deadline retries a few times inside kafkajs, and
 * the loop around it does the rest (`KafkaSender`); a consumer retries for ever, which keeps its membership through an
 * outage (a new member waits until the old one's session ends), and `kill` ends that.
 */
export const RETRIES = { few: 6, endless: 1_000_000 };
const REQUEST_TIMEOUT_MS = 15_000;

/** One kafkajs instance with its sockets. Consumers never share one: kafkajs keeps offsets by group in it. */
export interface KafkaClient {
  readonly kafka: Kafka;
  /** True once the broker has said that the group is forbidden. */
  readonly groupForbidden: boolean;
  /** Cuts every connection and refuses new ones, so that what kafkajs still does in the background comes to an end. */
  kill(): void;
}

export function kafkaClient(
  connection: KafkaConnection,
  logger: BrokerLogger,
  retries = RETRIES.few,
): KafkaClient {
  const sockets = new Set<Socket>();
  const state = { dead: false, groupForbidden: false };
  const { username, password, ssl } = connection;

  const kafka = new Kafka({
    clientId: connection.clientId,
    // An empty list is one of the few things that kafkajs does not try again.
    brokers: () => (state.dead ? [] : [...connection.brokers]),
    ssl: ssl && { ca: typeof ssl.ca === 'string' ? ssl.ca : [...ssl.ca] },
    sasl:
      username === undefined ? undefined : { mechanism: 'scram-sha-512', username, password: password ?? '' },
    connectionTimeout: 3000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: {
      initialRetryTime: RECONNECT.first,
      maxRetryTime: RECONNECT.most,
      factor: 0.2,
      multiplier: 2,
      retries,
    },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      if (String(entry.log['error']).includes('Group authorization failed')) state.groupForbidden = true;
      report(logger, entry);
    },
    socketFactory: ({ host, port, ssl: tls, onConnect }) => {
      if (state.dead) throw new Error('the client was closed');
      const servername = isIP(host) ? {} : { servername: host };
      const socket = tls
        ? connectTls({ host, port, ...servername, ...tls }, onConnect)
        : connectPlain({ host, port }, onConnect);
      // Small requests one after the other: Nagle's algorithm with delayed acknowledgements would cost 40 ms each.
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      sockets.add(socket.once('close', () => sockets.delete(socket)));
      return socket;
    },
  });

  return {
    kafka,
    get groupForbidden() {
      return state.groupForbidden;
    },
    kill: () => {
      state.dead = true;
      // kafkajs fails pending requests on an error, not on a mere close.
      for (const socket of sockets) socket.destroy(new Error('the client was closed'));
    },
  };
}

/** An administrative connection for one piece of work: a lasting one keeps every topic ever named and fails with it. */
export async function withAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Chosen fields only, so that no payload can slip in. kafkajs logs as errors what it then retries: these are warnings. */
function report(logger: BrokerLogger, { namespace, level, log }: LogEntry): void {
  const { broker, clientId, groupId, error, retryCount } = log as Record<string, unknown>;
  const fields = {
    kafkajs: namespace,
    broker,
    clientId,
    groupId,
    error: typeof error === 'string' ? error : undefined,
    retryCount,
  };
  if (level <= logLevel.WARN) logger.warn(fields, log.message);
  else logger.debug(fields, log.message);
}
