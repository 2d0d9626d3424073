import { Pool } from 'pg';
import { kafkaOf, topic } from './kafka';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });

/** A batch a statement; the offset follows its commit. */
async function main(): Promise<void> {
  await pool.query(
    'CREATE TABLE IF NOT EXISTS received_notice (id uuid PRIMARY KEY, content json NOT NULL, at timestamptz DEFAULT now())',
  );
  const consumer = kafkaOf('outbox-receiver').consumer({ groupId: topic, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  consumer.on(consumer.events.GROUP_JOIN, () => console.log('ready'));
  await consumer.run({
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 3,
    eachBatch: async (payload) => {
      const { batch } = payload;
      await pool.query({
        name: 'received',
        text: `INSERT INTO received_notice (id, content) SELECT * FROM unnest($1::uuid[], $2::json[])
               ON CONFLICT DO NOTHING`,
        values: [
          batch.messages.map(({ key }) => key?.toString()),
          batch.messages.map(({ value }) => value?.toString()),
        ],
      });
      payload.resolveOffset(batch.lastOffset());
      await payload.commitOffsetsIfNecessary();
    },
  });
}

void main();
