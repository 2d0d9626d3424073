import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const MENDED = join(__dirname, '..', '..', 'dist', 'broker', 'kafka-stopped.js');

/**
 * Two brokers, of which one goes; the fetcher of the other notices, and is waited for while the consumer is stopped. In a process of its
 * own: one that stands still can be told nothing any more.
 */
const SCRIPT = `
require(${JSON.stringify(MENDED)});
const Runner = require('kafkajs/src/consumer/runner');
const createFetchManager = require('kafkajs/src/consumer/fetchManager');
const logger = { namespace: () => logger, debug() {}, info() {} };
let arrives;
const slow = new Promise((resolve) => (arrives = resolve));
let brokers = [1, 2];
const runner = Object.assign(Object.create(Runner.prototype), {
  ...{ running: true, logger, instrumentationEmitter: { emit() {} }, heartbeat: async () => {} },
  consumerGroup: { fetch: (node) => (node === 2 ? slow : new Promise((resolve) => setTimeout(resolve, 1, []))) },
});
const manager = createFetchManager({
  ...{ logger, getNodeIds: () => brokers, handler: async () => {} },
  fetch: (node) => runner.fetch(node),
});
manager.start().then(() => console.log('ended'), (error) => console.log(error.message));
setTimeout(() => {
  brokers = [1];
  setTimeout(() => {
    runner.running = false;
    void manager.stop();
    arrives([]);
  }, 50);
}, 50);
`;

it('a consumer that is stopped while its brokers change comes to an end, and the process goes on', () => {
  const { stdout, signal } = spawnSync(process.execPath, ['-e', SCRIPT], {
    cwd: join(__dirname, '..', '..'),
    encoding: 'utf8',
    timeout: 5000,
  });
  expect([stdout.trim(), signal]).toEqual(['The consumer has been stopped.', null]);
});
