import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Partitioners } from 'kafkajs';
import { Pool, type PoolClient } from 'pg';
import { kafkaOf, topic } from './kafka';

const POOL = 20;
const BATCH = 500;
const MAX_GROUP = 50;
const PARTITIONS = 3;
const POLL_MS = 1_000;

interface Notice {
  readonly id: string;
  readonly partition: number;
  readonly content: string;
}

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: POOL });

async function transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    client.release();
  }
}

const store = (notices: readonly Notice[]): Promise<unknown> =>
  transaction(async (client) => {
    const columns = [
      notices.map(({ id }) => id),
      notices.map(({ content }) => content),
      notices.map(({ partition }) => partition),
    ];
    await client.query({
      name: 'notice',
      text: 'INSERT INTO notice (id, content) SELECT * FROM unnest($1::uuid[], $2::json[])',
      values: columns.slice(0, 2),
    });
    await client.query({
      name: 'outbox',
      text: 'INSERT INTO outbox (notice_id, content, partition) SELECT * FROM unnest($1::uuid[], $2::json[], $3::int[])',
      values: columns,
    });
  });

/** One transaction at a time; what comes meanwhile is the next group. */
function grouping(): (notice: Notice) => Promise<void> {
  let waiting: {
    readonly notice: Notice;
    readonly resolve: () => void;
    readonly reject: (e: unknown) => void;
  }[] = [];
  let running = false;
  const drain = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, MAX_GROUP);
      await store(group.map(({ notice }) => notice)).then(
        () => group.forEach(({ resolve }) => resolve()),
        (error: unknown) => group.forEach(({ reject }) => reject(error)),
      );
    }
    waiting = [];
    running = false;
  };
  return (notice) =>
    new Promise((resolve, reject) => {
      waiting.push({ notice, resolve, reject });
      if (!running) void drain();
    });
}

async function main(): Promise<void> {
  await pool.query(`
    CREATE TABLE IF NOT EXISTS notice (id uuid PRIMARY KEY, content json NOT NULL, at timestamptz DEFAULT now());
    CREATE TABLE IF NOT EXISTS outbox (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, notice_id uuid NOT NULL, content json NOT NULL,
      partition int NOT NULL)`);
  const producer = kafkaOf('outbox-sender').producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();

  let working = false;
  let again = false;
  const relay = async (): Promise<void> => {
    again = true;
    if (working) return;
    working = true;
    while (again) {
      // Before the batch: what comes while it runs sets it again.
      again = false;
      if (await relayBatch()) again = true;
    }
    working = false;
  };
  const relayBatch = async (): Promise<boolean> => {
    const { rows } = await pool.query<{ id: string; notice_id: string; content: string; partition: number }>({
      name: 'relay',
      text: 'SELECT id, notice_id, content::text, partition FROM outbox ORDER BY id LIMIT $1',
      values: [BATCH],
    });
    if (rows.length === 0) return false;
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const messages = rows
        .filter((row) => row.partition === partition)
        .map((row) => ({ key: row.notice_id, value: row.content, partition }));
      if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
    }
    const ids = rows.map(({ id }) => id);
    await pool.query({
      name: 'sent',
      text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])',
      values: [ids],
    });
    return true;
  };
  setInterval(() => void relay(), POLL_MS);

  const accept = process.env['GROUPED'] === 'true' ? grouping() : (notice: Notice) => store([notice]);
  let turn = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end('ready');
    const handle = async (): Promise<void> => {
      const content = await bodyOf(request);
      JSON.parse(content);
      const id = randomUUID();
      await accept({ id, content, partition: (turn += 1) % PARTITIONS });
      void relay();
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
    };
    handle().catch(() => response.writeHead(500).end());
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

void main();
