import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from '@liaison/messaging';
import { eventually } from '@liaison/testing';
import type { System } from './system';

/** Everything that one topic holds, in order within each partition, as its administrator reads it. */
export async function readTopic(
  system: Pick<System, 'connectBroker'>,
  topic: string,
): Promise<IncomingMessage[]> {
  const broker = await system.connectBroker();
  const group = `e2e-${randomUUID()}`;
  const messages: IncomingMessage[] = [];
  try {
    let crash: Error | undefined;
    await broker.subscribe({
      group,
      topics: [topic],
      onBatch: async (batch) => void messages.push(...batch.messages),
      onCrash: (error) => (crash = error),
    });
    await eventually(
      async () => {
        if (crash) throw crash;
        const lag = await broker.lag(group, topic);
        return lag.every((partition) => partition.messages === 0);
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
    return messages;
  } finally {
    await broker.disconnect();
  }
}
