import {
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
  KafkaBroker,
  type KafkaBrokerOptions,
} from '@liaison/messaging';
import type { ChildBroker } from './harness';

/** A member of a group that prints every offset it gets and never finishes: made to be killed. */
async function main(): Promise<void> {
  const [described = '', group = '', topic = ''] = process.argv.slice(2);
  const { adapter, options } = JSON.parse(described) as ChildBroker;
  const broker =
    adapter === 'kafka'
      ? new KafkaBroker(options as KafkaBrokerOptions)
      : new EmbeddedBroker(options as EmbeddedBrokerOptions);
  await broker.connect();
  await broker.subscribe({
    group,
    topics: [topic],
    onBatch: async ({ messages }) => {
      console.log(`got ${messages.map(({ offset }) => offset).join(' ')}`);
      await new Promise(() => undefined);
    },
    onCrash: (error) => console.error(error.message),
  });
  console.log('subscribed');
}

void main();
