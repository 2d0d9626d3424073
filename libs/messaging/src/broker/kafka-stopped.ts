import Runner from 'kafkajs/src/consumer/runner';

const { fetch } = Runner.prototype;

/**
 * kafkajs 2.2.4 makes its fetchers anew when other brokers are there than before, also where the consumer was stopped while it waited for the
 * old ones. A stopped consumer fetches nothing, at once: its new fetchers ask again and again in one turn of the event loop, and **the
 * process stands still**. One that fails instead ends them, and the consumer with them.
 */
Runner.prototype.fetch = async function (nodeId) {
  if (!this.running) throw new Error('The consumer has been stopped.');
  return fetch.call(this, nodeId);
};
